/** A law of DESIGN.md that was broken, or (`controls`) a promise of SPEC 7 and 8 about what a person asked for. */
export type Law = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 'controls';

export class Violation extends Error {
  override readonly name = 'Violation';
  readonly law: Law;

  constructor(law: Law, message: string) {
    super(`law ${law}: ${message}`);
    this.law = law;
  }
}

export const demand = (holds: boolean, law: Law, message: () => string): void => {
  if (!holds) throw new Violation(law, message());
};
