/** Places of the pages and their addresses. Pure. */

export type WorkTab = 'log' | 'terminal' | 'about';

export type Route =
  | { readonly page: 'home' }
  | { readonly page: 'builder'; readonly pane: 'works' | 'preview' }
  | { readonly page: 'monitor'; readonly batch: string; readonly work: string | null; readonly tab: WorkTab }
  | { readonly page: 'nowhere'; readonly path: string };

/** Reads an address; anything else than the pages' own is nowhere. */
export const parseRoute = (path: string, query: string): Route => {
  const [, first = '', second, ...more] = path.split('/');
  const params = new URLSearchParams(query);
  if (first === '' && second === undefined) return { page: 'home' };
  if (first === 'builder' && second === undefined)
    return { page: 'builder', pane: params.get('pane') === 'preview' ? 'preview' : 'works' };
  if (first === 'monitor' && more.length === 0) {
    const tab = params.get('tab');
    return {
      page: 'monitor',
      batch: second === undefined || second === '' ? 'latest' : decoded(second),
      work: params.get('work'),
      tab: tab === 'terminal' || tab === 'about' ? tab : 'log',
    };
  }
  return { page: 'nowhere', path };
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** The address of a place. */
export const addressOf = (route: Route): string => {
  switch (route.page) {
    case 'home':
      return '/';
    case 'builder':
      return route.pane === 'preview' ? '/builder?pane=preview' : '/builder';
    case 'monitor': {
      const query = new URLSearchParams(route.work === null ? {} : { work: route.work, tab: route.tab }).toString();
      const batch = route.batch === 'latest' ? '' : `/${encodeURIComponent(route.batch)}`;
      return `/monitor${batch}${query === '' ? '' : `?${query}`}`;
    }
    case 'nowhere':
      return route.path;
  }
};
