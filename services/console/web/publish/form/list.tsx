import { useMemo, useRef } from 'preact/hooks';
import { t } from '../../core/language.ts';
import type { Shape } from '../../core/shape.ts';
import { announce } from '../../parts/announcer.tsx';
import { FormContext, idOf, pointerTo, useForm } from './context.ts';
import { Control, Members } from './field.tsx';
import { Fieldset, useRequired } from './fieldset.tsx';
import { focusAt } from './focus.ts';
import { Labelled } from './notes.tsx';
import { itemsOf, moved, type Path, valueAt } from './value.ts';

interface ListProps {
  readonly item: Shape;
  readonly path: Path;
  readonly label: string;
}

/** Items that are added, taken away and put in another order. */
export function List({ item, path, label }: ListProps) {
  const form = useForm();
  const pointer = pointerTo(path);
  const items = itemsOf(valueAt(form.data, path));
  const required = useRequired(path);
  const keys = useKeys(items.length);
  /** Items that are not drawn anew know those of before: what becomes of a list is made of what is there. */
  const put = (
    change: (items: readonly unknown[]) => readonly unknown[],
    told: string,
    focus: string,
  ): void => {
    form.change(path, (held: unknown) => {
      const next = change(itemsOf(held));
      return next.length === 0 ? undefined : next;
    });
    announce(told);
    focusAt(focus);
  };
  const nameOf = (index: number): string => `${label} ${index + 1}`;
  const add = (): void => {
    keys.add();
    const empty = item.is === 'record' ? {} : '';
    const told = t('publish.added', { what: nameOf(items.length) });
    put((held) => [...held, empty], told, `${pointer}/${items.length}`);
  };
  const remove = (index: number): void => {
    keys.remove(index);
    const told = t('publish.removed', { what: nameOf(index) });
    put((held) => held.filter((_, at) => at !== index), told, `${pointer}-add`);
  };
  const move = (from: number, to: number): void => {
    keys.move(from, to);
    const told = t('publish.moved', { what: nameOf(from), n: to + 1 });
    put((held) => moved(held, from, to), told, `${pointer}/${to}`);
  };
  return (
    <Fieldset path={path} label={label} required={required}>
      {items.map((_, index) => (
        <Item
          key={keys.list[index]}
          shape={item}
          path={[...path, index]}
          label={nameOf(index)}
          last={items.length - 1}
          index={index}
          onRemove={() => remove(index)}
          onMove={(to) => move(index, to)}
        />
      ))}
      <p>
        <button type="button" id={`${idOf(pointer)}-add`} onClick={add}>
          {t('publish.add', { what: label })}
        </button>
      </p>
    </Fieldset>
  );
}

/** An item keeps its controls when it moves. */
function useKeys(length: number) {
  const kept = useRef<{ next: number; list: readonly number[] }>({ next: 0, list: [] });
  const own = kept.current;
  while (own.list.length < length) own.list = [...own.list, own.next++];
  own.list = own.list.slice(0, length);
  return {
    list: own.list,
    add: () => {
      own.list = [...own.list, own.next++];
    },
    remove: (index: number) => {
      own.list = own.list.filter((_, at) => at !== index);
    },
    move: (from: number, to: number) => {
      own.list = moved(own.list, from, to);
    },
  };
}

interface ItemProps {
  readonly shape: Shape;
  readonly path: Path;
  readonly label: string;
  readonly index: number;
  readonly last: number;
  readonly onRemove: () => void;
  readonly onMove: (to: number) => void;
}

/** Drawn anew when it has changed itself, or the rules have been asked: of hundreds the others stay while one is written. */
function Item(props: ItemProps) {
  const form = useForm();
  const { path, label, index, last } = props;
  const own = useMemo(() => form, [valueAt(form.data, path), form.version]);
  return useMemo(
    () => (
      <FormContext.Provider value={own}>
        <ItemControls {...props} />
      </FormContext.Provider>
    ),
    [own, label, index, last],
  );
}

function ItemControls({ shape, path, label, index, last, onRemove, onMove }: ItemProps) {
  const pointer = pointerTo(path);
  const actions = (
    <div class="item-actions">
      <button
        type="button"
        disabled={index === 0}
        aria-label={t('publish.up', { what: label })}
        onClick={() => onMove(index - 1)}
      >
        ↑
      </button>
      <button
        type="button"
        disabled={index === last}
        aria-label={t('publish.down', { what: label })}
        onClick={() => onMove(index + 1)}
      >
        ↓
      </button>
      <button type="button" aria-label={t('publish.remove', { what: label })} onClick={onRemove}>
        ✕
      </button>
    </div>
  );
  if (shape.is !== 'record') {
    return (
      <div class="item">
        <Labelled pointer={pointer} label={label} required={false}>
          {(described) => <Control shape={shape} path={path} described={described} />}
        </Labelled>
        {actions}
      </div>
    );
  }
  return (
    <Fieldset path={path} label={label} class="item">
      <Members shape={shape} path={path} />
      {actions}
    </Fieldset>
  );
}
