import { useState } from 'preact/hooks';
import { lazy } from 'preact-iso';
import { t } from '../../core/language.ts';
import type { RecordShape } from '../../core/shape.ts';
import type { Path } from './value.ts';

/** With its outlines, which who does not open it does not load. */
const PlaceMap = lazy(() => import('./place-map.tsx').then((module) => module.PlaceMap));

export interface PlaceProps {
  readonly shape: RecordShape;
  readonly path: Path;
}

/** Beside the fields of a place that has coordinates: the map, when it is wanted. */
export function PlaceByMap(props: PlaceProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="place-by-map" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{t('publish.onMap')}</summary>
      {isOpen && <PlaceMap {...props} />}
    </details>
  );
}

export function hasCoordinates({ fields }: RecordShape): boolean {
  return ['latitude', 'longitude'].every((name) => fields.some((field) => field.name === name));
}
