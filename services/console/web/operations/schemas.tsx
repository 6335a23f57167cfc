import type { SubjectSchemas, SubjectStatus } from '@puebla/schemas';
import { useEffect, useState } from 'preact/hooks';
import { askJson } from '../core/api.ts';
import { counted, language, t } from '../core/language.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { schemaChanges } from './schema-changes.ts';
import { Section } from './section.tsx';

/** Which versions there are of each schema, and in what each differs from the one before. */
export function Schemas({ schemas }: { readonly schemas: readonly SubjectStatus[] | null }) {
  return (
    <Section id="schemas" title={t('operations.schemas')} unknown={schemas === null}>
      <div class="subjects">
        {schemas?.map((one) => (
          <Subject key={one.subject} {...one} />
        ))}
      </div>
    </Section>
  );
}

function Subject({ subject, versions }: SubjectStatus) {
  const [open, setOpen] = useState(false);
  const last = versions.at(-1);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <code>{subject}</code> · {counted('operations.versions', versions.length)}
        {last !== undefined && ` · ${t('operations.newest', { version: last.version, id: last.id })}`}
      </summary>
      {open && <Differences key={versions.length} subject={subject} />}
    </details>
  );
}

function Differences({ subject }: { readonly subject: string }) {
  const [told, setTold] = useState<SubjectSchemas>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    const left = new AbortController();
    const asked = { language: language.value, signal: left.signal };
    askJson<SubjectSchemas>(`/v1/status/schemas/${encodeURIComponent(subject)}`, asked)
      .then((answer) => left.signal.aborted || setTold(answer))
      .catch((problem: unknown) => left.signal.aborted || setError(problem));
    return () => left.abort();
  }, [subject]);
  if (error !== undefined) return <ProblemNote error={error} />;
  if (told === undefined) return <p>{t('operations.looking')}</p>;
  if (told.versions.length < 2) return <p class="muted">{t('operations.oneVersion')}</p>;
  return (
    <ol class="versions">
      {told.versions.slice(1).map(({ version, schema }, index) => {
        const before = told.versions[index];
        return (
          <li key={version}>
            <h3>{t('operations.between', { before: before?.version ?? 0, after: version })}</h3>
            <Changes before={before?.schema} after={schema} />
          </li>
        );
      })}
    </ol>
  );
}

function Changes({ before, after }: { readonly before: unknown; readonly after: unknown }) {
  const changes = schemaChanges(before, after);
  if (changes.length === 0) return <p class="muted">{t('operations.same')}</p>;
  return (
    <dl class="schema-changes">
      {changes.map((change) => (
        <div key={change.place}>
          <dt>{change.place}</dt>
          {change.before !== undefined && (
            <dd>
              <del>
                <span class="unseen">{t('operations.before')}: </span>
                <code>{JSON.stringify(change.before)}</code>
              </del>
            </dd>
          )}
          {change.after !== undefined && (
            <dd>
              <ins>
                <span class="unseen">{t('operations.after')}: </span>
                <code>{JSON.stringify(change.after)}</code>
              </ins>
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}
