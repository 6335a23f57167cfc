import type { ComponentChildren } from 'preact';

/** What an event says, member by member; texts with a language are marked with it. */
export function Fields({ data }: { readonly data: Readonly<{ [name: string]: unknown }> }) {
  const said = Object.entries(data).filter(([, value]) => !isEmpty(value));
  return (
    <dl class="fields" lang={typeof data['language'] === 'string' ? data['language'] : undefined}>
      {said.map(([name, value]) => (
        <div key={name}>
          <dt lang="en">{name}</dt>
          <dd>{shown(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function shown(value: unknown): ComponentChildren {
  if (Array.isArray(value)) {
    return (
      <ul>
        {value.map((one, index) => (
          <li key={index}>{shown(one)}</li>
        ))}
      </ul>
    );
  }
  if (typeof value === 'object' && value !== null)
    return <Fields data={value as { [name: string]: unknown }} />;
  return <bdi>{String(value)}</bdi>;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}
