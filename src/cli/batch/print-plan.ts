import type { Plan } from '../../core/plan.ts';
import { planDocument } from '../../view/plan-document.ts';
import { planText } from '../../view/plan-text.ts';
import type { Cli } from '../cli.ts';
import { paint } from '../paint.ts';

/** The plan as `start --dry-run` shows it: JSON, or levels with the reason of each place. */
export const printPlan = (cli: Cli, plan: Plan, isJson: boolean): void => {
  if (isJson) cli.out(JSON.stringify(planDocument(plan), null, 2));
  else cli.out(paint(cli, planText(plan)));
};
