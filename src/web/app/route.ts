/** Where the person is, kept in the address so that reload, back and a copied link lead there again. */
import { useSyncExternalStore } from 'react';
import { addressOf, parseRoute, type Route } from './address.ts';

export type { Route, WorkTab } from './address.ts';

const listeners = new Set<() => void>();
const address = (): string => location.pathname + location.search;

/** Goes to a place; `isReplacing` leaves no step for the way back. */
export const goTo = (route: Route, isReplacing = false): void => {
  history[isReplacing ? 'replaceState' : 'pushState'](null, '', addressOf(route));
  for (const listener of listeners) listener();
};

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('popstate', listener);
  };
};

export const useRoute = (): Route => {
  useSyncExternalStore(subscribe, address);
  return parseRoute(location.pathname, location.search);
};

/** For links: a plain click stays on the page, any other is the browser's. */
export const onLink =
  (route: Route) =>
  (event: { metaKey: boolean; ctrlKey: boolean; shiftKey: boolean; button: number; preventDefault(): void }): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    goTo(route);
  };
