import type { EmulatorOptions } from '@tablekeep/aws-emulator';
import type { Lab } from '../lab.ts';

/** What makes the emulator answer so. */
export type Fixture = Pick<EmulatorOptions, 'behaviour' | 'durations'>;

export type Found = Readonly<{
  /** In words that are the same whenever AWS does the same: no ids, no texts of AWS's. */
  says: string;
  /** What AWS said and showed, in its own words. */
  facts: Readonly<Record<string, unknown>>;
}>;

/** One open point: asked of AWS by `ask`, which starts what it must and leaves its removal to the cleaning. */
export type Question = Readonly<{
  id: string;
  text: string;
  /** What the emulator can be made to say, its default first. */
  emulator: readonly Readonly<{ says: string; fixture: Fixture }>[];
  ask(lab: Lab): Promise<Found>;
}>;

/** The emulator has one answer only. */
export const always = (says: string): Question['emulator'] => [{ says, fixture: {} }];
