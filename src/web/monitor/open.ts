import type { WorkTab } from '../app/route.ts';

/** Opens a work beside the monitor. */
export type OnOpen = (work: string, tab?: WorkTab) => void;
