import { t } from '../../core/language.ts';

interface ZoomProps {
  readonly onZoom: (times: number) => void;
  readonly onWhole: () => void;
  readonly isWhole: boolean;
}

export const zoomTimes = 2;

/** Nearer, farther, and all of it. */
export function Zoom({ onZoom, onWhole, isWhole }: ZoomProps) {
  return (
    <div class="zoom">
      <button type="button" aria-label={t('feed.nearer')} onClick={() => onZoom(zoomTimes)}>
        +
      </button>
      <button type="button" aria-label={t('feed.farther')} onClick={() => onZoom(1 / zoomTimes)}>
        −
      </button>
      <button type="button" disabled={isWhole} onClick={onWhole}>
        {t('feed.whole-map')}
      </button>
    </div>
  );
}
