import { useState } from 'preact/hooks';

export interface Sorting<Column extends string> {
  readonly by: Column;
  readonly isDown: boolean;
  choose(column: Column): void;
}

/** By which column a table is sorted, and which way; a column that is chosen again turns round. */
export function useSorting<Column extends string>(usual: Column): Sorting<Column> {
  const [{ by, isDown }, set] = useState({ by: usual, isDown: true });
  return {
    by,
    isDown,
    choose: (column) => set({ by: column, isDown: column === by ? !isDown : true }),
  };
}

export interface SortedHeadProps<Column extends string> {
  readonly column: Column;
  readonly name: string;
  readonly sorting: Sorting<Column>;
}

/** The head of such a column. */
export function SortedHead<Column extends string>({ column, name, sorting }: SortedHeadProps<Column>) {
  const isBy = sorting.by === column;
  const direction = sorting.isDown ? 'descending' : 'ascending';
  return (
    <th scope="col" aria-sort={isBy ? direction : 'none'}>
      <button type="button" class="sort" onClick={() => sorting.choose(column)}>
        {name}
        <span aria-hidden="true">{isBy ? (sorting.isDown ? ' ▾' : ' ▴') : ' ·'}</span>
      </button>
    </th>
  );
}
