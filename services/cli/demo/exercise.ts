import { type Scene, scriptOf } from './act.ts';
import { markings, recalled, waiting } from './alerts.ts';
import { referral, repatriation } from './cases.ts';
import { decision, practice, trainings } from './knowledge.ts';
import { smugglingRoute } from './route.ts';

/**
 * The exercise of one day: the same scenes with the same ids, however often it is played.
 * @param day YYYY-MM-DD
 */
export function exerciseOf(day: string): readonly Scene[] {
  const script = scriptOf(day);
  const scenes = [
    ...[decision, practice, trainings, repatriation, referral],
    ...[recalled, waiting, markings, smugglingRoute],
  ];
  return scenes.map((scene) => scene(script));
}
