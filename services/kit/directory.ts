import { type Directory, directoryAt, type Register } from '@puebla/schemas';

/** The directory as it stands now: one object until something begins or ends, so that who compares it sees a change. */
export interface CurrentDirectory {
  current(): Directory;
  readonly register: Register;
}

/** @param now epoch milliseconds; for tests */
export function currentDirectory(register: Register, now: () => number = Date.now): CurrentDirectory {
  let known = directoryAt(register, now());
  return {
    register,
    current() {
      const instant = now();
      if (instant >= known.until) known = directoryAt(register, instant);
      return known;
    },
  };
}
