/** Answers of servers that are not what their description promises. */
import { Problem } from '../ports/problem.ts';
import { formatFault } from '../protocol/shape.ts';
import type { Shape } from '../protocol/shape.ts';

/** The answer as T, whose shape is checked. Throws a Problem (environment); `name`: of the server, `where`: what was asked. */
export const checkAnswer = <T>(
  answer: unknown,
  shape: Shape,
  { name, where }: { readonly name: string; readonly where: string },
): T => {
  const fault = shape(answer);
  if (fault === null) return answer as T;
  throw new Problem({
    what: `${name}'s answer is not what its API describes: ${formatFault(fault)}`,
    where,
    hint: 'check the address of the server; a proxy may have answered instead; nothing was changed',
    code: 'environment',
  });
};
