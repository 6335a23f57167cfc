import { askJson } from '../core/api.ts';
import { language } from '../core/language.ts';

export interface AgencyItem {
  readonly id: string;
  readonly participant: string;
  readonly status: string;
  readonly name: { readonly es: string; readonly en: string };
}

/** Who takes part today: whom an event can be for. */
export interface Directory {
  readonly agencies: readonly AgencyItem[];
  readonly groups: readonly string[];
  /** Offices of the Conference that somebody holds, with who. */
  readonly offices: readonly { readonly office: string; readonly agency: string }[];
}

interface Term {
  readonly from: string;
  readonly to: string | null;
}

export async function loadDirectory(signal: AbortSignal): Promise<Directory> {
  const rows = async <Row>(path: string): Promise<readonly Row[]> =>
    (await askJson<{ items: readonly Row[] }>(path, { language: language.value, signal })).items;
  const [agencies, groups, offices] = await Promise.all([
    rows<AgencyItem>('/v1/agencies'),
    rows<Term & { group: string }>('/v1/directory/groups'),
    rows<Term & { office: string; agency: string }>('/v1/directory/offices'),
  ]);
  const now = Date.now();
  const isNow = ({ from, to }: Term): boolean =>
    Date.parse(from) <= now && (to === null || Date.parse(to) > now);
  return {
    agencies,
    groups: [...new Set(groups.filter(isNow).map(({ group }) => group))],
    offices: offices.filter(isNow),
  };
}
