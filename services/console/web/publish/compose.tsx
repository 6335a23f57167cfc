import type { Directory, Preview, ThreadKind, Violation } from '@puebla/schemas';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { dropDraft, keepDraft } from '../core/drafts.ts';
import { counted, language, named, t } from '../core/language.ts';
import { ownerOf, type Session } from '../core/session.ts';
import { recordShapeOf } from '../core/shape.ts';
import { announce } from '../parts/announcer.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { type Event, type Sent, useSending } from '../parts/sending.ts';
import { type Author, type Checked, check, type Draft, eventOf } from './event.ts';
import { type Form, FormContext } from './form/context.ts';
import { Members } from './form/field.tsx';
import { noteText } from './form/notes.tsx';
import { changedAt, type Data } from './form/value.ts';
import { HandlingFields } from './handling.tsx';
import { Review } from './review.tsx';
import { SentNote } from './sent.tsx';
import { Subject } from './subject.tsx';
import { Summary } from './summary.tsx';

export interface ComposeProps {
  readonly kind: ThreadKind;
  readonly first: Draft;
  readonly who: Session;
  /** Where it is kept in the browser. */
  readonly slot: string;
  readonly directory: Directory;
  /** The event of which it is a new version. */
  readonly update: string | undefined;
}

type Stage =
  | { readonly is: 'written' }
  | { readonly is: 'reviewed'; readonly event: Event; readonly preview: Preview }
  | { readonly is: 'sent'; readonly sent: Sent };

/** How long nobody types before the rules are asked. */
const pauseMs = 300;

/** An event from the first word to the exchange's answer. */
export function Compose(props: ComposeProps) {
  const { kind, who, slot, directory, update } = props;
  const { draft, put, kept } = useDraft(props);
  const [stage, setStage] = useState<Stage>({ is: 'written' });
  const [refused, setRefused] = useState<readonly Violation[]>([]);
  const shape = useMemo(() => recordShapeOf(kind.avro), [kind]);
  const agencies = useMemo(() => [...directory.agencies.keys()], [directory]);
  const seen = useSeen();
  const { checked, recheck } = useChecked(draft, { agency: who.agency ?? '', directory }, seen.settle);
  useEffect(() => setRefused([]), [draft]);
  useTold(checked.wrong, seen.all, seen.pointers);

  const refuse = (violations: readonly Violation[]): void => {
    setRefused(violations);
    seen.see();
    setStage({ is: 'written' });
    focusSummary();
  };
  const { error, preview } = useSending(refuse);
  const review = async (): Promise<void> => {
    const { wrong, doubts } = recheck();
    if (wrong.length > 0 || (doubts.length > 0 && draft.handling.confirmed === undefined)) {
      seen.see();
      focusSummary();
      return;
    }
    const event = eventOf(draft);
    const answer = await preview(event);
    if (answer !== undefined) setStage({ is: 'reviewed', event, preview: answer });
  };
  const version = useMemo(() => ({}), [checked, refused, seen.all, seen.pointers, language.value]);
  const form: Form = {
    kind,
    texts: { subject: draft.subject, confirmed: draft.handling.confirmed },
    data: draft.data,
    rulesContext: { tlp: tlpOf(kind, draft), audience: draft.handling.audience.join(','), now: Date.now() },
    agencies,
    notesAt: (pointer) => notesAt(pointer, checked, refused, seen),
    change: (path, next) => {
      seen.touch(pointerOf(path));
      put((held) => ({ ...held, data: changedAt(held.data, path, next) as Data }));
    },
    leave: seen.see,
    version,
  };
  if (stage.is === 'sent') return <SentNote sent={stage.sent} kind={kind} />;
  if (stage.is === 'reviewed') {
    return (
      <Review
        kind={kind}
        event={stage.event}
        preview={stage.preview}
        onBack={() => setStage({ is: 'written' })}
        onRefused={refuse}
        onSent={(sent) => {
          dropDraft(ownerOf(who), slot);
          setStage({ is: 'sent', sent });
        }}
      />
    );
  }
  const problems = seen.all ? [...checked.wrong, ...unanswered(draft, checked), ...refused] : [];
  return (
    <FormContext.Provider value={form}>
      <h1>
        {named(kind.title)}
        {update !== undefined && (
          <>
            {' · '}
            <bdi>{update}</bdi>
          </>
        )}
      </h1>
      <p class="muted">{t('publish.requiredNote')}</p>
      <Summary problems={problems} shape={shape} />
      {error !== undefined && <ProblemNote error={error} again={() => void review()} />}
      <form
        class="publish-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void review();
        }}
      >
        <Members shape={shape} path={[]} without={kind.machine === undefined ? [] : ownFields} />
        <Subject value={draft.subject} onChange={(subject) => put((held) => ({ ...held, subject }))} />
        <HandlingFields
          draft={draft}
          directory={directory}
          isDoubtful={checked.doubts.length > 0}
          onChange={(handling) => put((held) => ({ ...held, handling }))}
        />
        <p class="publish-end">
          <button type="submit" class="primary">
            {t('publish.review')}
          </button>
          <span class="muted" role="status">
            {kept === undefined ? '' : t(kept ? 'publish.kept' : 'publish.notKept')}
          </span>
        </p>
      </form>
    </FormContext.Provider>
  );
}

/** Of a kind that goes step by step the page begins a thread: with its first state, and behind nothing. */
const ownFields = ['state', 'follows'];

const summaryId = 'summary';
const focusSummary = (): void => {
  requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById(summaryId)?.focus()));
};

function unanswered({ handling }: Draft, { doubts }: Checked): readonly Violation[] {
  return handling.confirmed === undefined ? doubts : [];
}

function tlpOf(kind: ThreadKind, { handling }: Draft): ThreadKind['tlp'] {
  return (handling.tlp ?? kind.tlp) as ThreadKind['tlp'];
}

const pointerOf = (path: readonly (string | number)[]): string =>
  ['data', ...path].map((token) => `/${token}`).join('');

/** What is written, kept in the browser from its first change on. */
function useDraft({ first, who, slot }: ComposeProps) {
  const [draft, setDraft] = useState(first);
  const [kept, setKept] = useState<boolean>();
  const newest = useRef(first);
  const put = (change: (held: Draft) => Draft): void => {
    newest.current = change(newest.current);
    setDraft(newest.current);
    setKept(keepDraft(ownerOf(who), { slot, at: Date.now(), value: newest.current }));
  };
  return { draft, put, kept };
}

/** What the rules say, a moment after the last change, or at once. @param onChecked called with it */
function useChecked(draft: Draft, by: Author, onChecked: () => void) {
  const [checked, setChecked] = useState<Checked>(() => check(draft, by, Date.now()));
  useEffect(() => {
    const timer = setTimeout(() => {
      setChecked(check(draft, by, Date.now()));
      onChecked();
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [draft]);
  const recheck = (): Checked => {
    const now = check(draft, by, Date.now());
    setChecked(now);
    return now;
  };
  return { checked, recheck };
}

interface Seen {
  readonly all: boolean;
  readonly pointers: ReadonlySet<string>;
  /** One, or all of them. */
  readonly see: (pointer?: string) => void;
  /** It is being written: it counts as seen once the rules have seen it too. */
  readonly touch: (pointer: string) => void;
  readonly settle: () => void;
}

/** Where the author has been: a field that he has not come to yet is not called wrong. */
function useSeen(): Seen {
  const [pointers, setPointers] = useState<ReadonlySet<string>>(new Set());
  const [all, setAll] = useState(false);
  const touched = useRef(new Set<string>());
  const see = (pointer?: string): void => {
    if (pointer === undefined) setAll(true);
    else setPointers((known) => (known.has(pointer) ? known : new Set([...known, pointer])));
  };
  const settle = (): void => {
    for (const pointer of touched.current) see(pointer);
    touched.current.clear();
  };
  return { all, pointers, see, touch: (pointer) => touched.current.add(pointer), settle };
}

function notesAt(
  pointer: string,
  { wrong, doubts }: Checked,
  refused: readonly Violation[],
  seen: Seen,
): readonly Violation[] {
  const told = refused.filter((found) => found.pointer === pointer);
  if (!seen.all && !seen.pointers.has(pointer)) return told;
  const own = [...wrong, ...doubts].filter((found) => found.pointer === pointer);
  const isNew = ({ rule }: Violation): boolean => own.every((found) => found.rule !== rule);
  return [...own, ...told.filter(isNew)];
}

/** Says what has become wrong where the author has just been; how much when he wanted to go on. */
function useTold(wrong: readonly Violation[], all: boolean, pointers: ReadonlySet<string>): void {
  const told = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const now = wrong.filter(({ pointer }) => all || pointers.has(pointer));
    const keyOf = ({ pointer, rule }: Violation): string => `${pointer} ${rule}`;
    const fresh = now.filter((found) => !told.current.has(keyOf(found)));
    told.current = new Set(now.map(keyOf));
    const [first] = fresh;
    if (first === undefined) return;
    announce(fresh.length === 1 ? noteText(first) : counted('publish.problems', fresh.length));
  }, [wrong]);
}
