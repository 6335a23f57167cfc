import { code } from '../core/language.ts';
import type { Item } from '../feed/event.ts';
import { Marking } from './marking.tsx';

/** For whom an event is, of what kind, what it is about, how grave, and whether it is meant. */
export function Marks({ item }: { readonly item: Item }) {
  const { facets, status, audience } = item;
  return (
    <p class="marks">
      <Marking tlp={item.tlp} />
      {audience !== undefined && <span class="chip">{audienceText(audience)}</span>}
      <span class="chip kind">{code('Kind', item.kind)}</span>
      {facets.category !== null && <span class="chip">{code('Category', facets.category)}</span>}
      {facets.severity !== null && facets.severity !== 'UNKNOWN' && (
        <span class={`chip severity-${facets.severity.toLowerCase()}`}>
          {code('CapSeverity', facets.severity)}
        </span>
      )}
      {status !== undefined && status !== 'ACTUAL' && (
        <span class="chip exercise">{code('CapStatus', status)}</span>
      )}
    </p>
  );
}

/** Groups by their names; participants and agencies as they are named in short. */
function audienceText(audience: string): string {
  const names = audience.split(',').map((name) => name.trim());
  return names.map((name) => code('Audience', name)).join(', ');
}
