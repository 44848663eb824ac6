/** A mistake in this program, never in its input. The only thing that the core throws. */
export class Bug extends Error {
  override readonly name = 'Bug';
}

/** For the default branch of an exhaustive switch: does not compile while a member has no case. */
export const unreachable = (value: never): never => {
  throw new Bug(`unhandled member: ${JSON.stringify(value)}`);
};
