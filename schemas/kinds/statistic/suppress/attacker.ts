/** For tests: a reader who solves for every number at once (integer programming). It shares nothing with what it attacks. */

/** What is known of how many persons some groups hold together; groups are those that nobody tells apart further, by their index. */
export interface Clue {
  readonly groups: readonly number[];
  readonly low: number;
  readonly high: number;
}

const patience = 500;

/**
 * Whether whole numbers from 0 can be given to the groups so that all clues are true.
 * @throws Error where that takes too long: then nothing is known, and no test may pass.
 */
export function isPossible(clues: readonly Clue[]): boolean {
  const todo: (readonly Clue[])[] = [clues];
  for (let tries = 0; tries < patience; tries++) {
    const next = todo.pop();
    if (next === undefined) return false;
    const numbers = solve(next);
    if (numbers === undefined) continue;
    const broken = [...numbers].find(([, number]) => Math.abs(number - Math.round(number)) > 1e-6);
    if (broken === undefined) return areTrue(next, numbers);
    const [group, number] = broken;
    todo.push(
      [...next, { groups: [group], low: 0, high: Math.floor(number) }],
      [...next, { groups: [group], low: Math.ceil(number), high: Infinity }],
    );
  }
  throw new Error('the attacker lost patience');
}

function areTrue(clues: readonly Clue[], numbers: ReadonlyMap<number, number>): true {
  for (const { groups, low, high } of clues) {
    const sum = groups.reduce((sum, group) => sum + Math.round(numbers.get(group) ?? 0), 0);
    if (sum < low || sum > high) throw new Error('the attacker reckons wrongly');
  }
  return true;
}

/** Numbers that keep the clues, whole or not: the dual simplex method, by Bland's rule. Those left out are 0. */
function solve(clues: readonly Clue[]): Map<number, number> | undefined {
  const groups = [...new Set(clues.flatMap((clue) => clue.groups))];
  const rowOf = (clue: Clue, sign: number, limit: number) => [
    ...groups.map((group) => (clue.groups.includes(group) ? sign : 0)),
    limit,
  ];
  const rows = clues.flatMap((clue) => [
    ...(Number.isFinite(clue.high) ? [rowOf(clue, 1, clue.high)] : []),
    ...(clue.low > 0 ? [rowOf(clue, -1, -clue.low)] : []),
  ]);
  // Which unknown each row and column stands for: groups, then what each row has to spare.
  const columns = groups.map((_, i) => i);
  const basis = rows.map((_, i) => groups.length + i);
  const last = groups.length;
  for (;;) {
    const leaving = leastOf(basis, (i) => (rows[i]?.[last] ?? 0) < -1e-9);
    if (leaving === undefined) break;
    const entering = leastOf(columns, (j) => (rows[leaving]?.[j] ?? 0) < -1e-9);
    if (entering === undefined) return undefined;
    pivot(rows, leaving, entering);
    [basis[leaving], columns[entering]] = [columns[entering] ?? 0, basis[leaving] ?? 0];
  }
  return new Map(
    basis.flatMap((unknown, i) => {
      const group = groups[unknown];
      return group === undefined ? [] : [[group, rows[i]?.[last] ?? 0] as const];
    }),
  );
}

/** The place of the lowest unknown among those that will do. */
function leastOf(unknowns: readonly number[], willDo: (place: number) => boolean): number | undefined {
  let least: number | undefined;
  unknowns.forEach((unknown, place) => {
    if ((least === undefined || unknown < (unknowns[least] ?? 0)) && willDo(place)) least = place;
  });
  return least;
}

/** Exchanges the unknown of a row with that of a column. */
function pivot(rows: number[][], row: number, column: number): void {
  const own = rows[row] ?? [];
  const factor = own[column] ?? 1;
  const scaled = own.map((entry, j) => (j === column ? 1 : entry) / factor);
  rows.forEach((other, i) => {
    const times = other[column] ?? 0;
    if (i === row || times === 0) return;
    rows[i] = other.map((entry, j) => (j === column ? 0 : entry) - times * (scaled[j] ?? 0));
  });
  rows[row] = scaled;
}
