/** Where things are on the server, and which dashboards there are. */

export const base = '/monitoring/';
export const storeApi = `${base}api/prom/api/v1/`;
export const loginPage = `${base}login`;
export const logoutAction = `${base}api/logout`;

/** In the order of the navigation; the first is where `/monitoring/` leads. A lint compares it with the files. */
export const dashboards = [
    { uid: 'main', slug: 'overview', title: 'Overview' },
    { uid: 'psfx', slug: 'mail-server', title: 'Mail server' },
    { uid: 'dvct', slug: 'imap-server', title: 'IMAP server' },
    { uid: 'dnsy', slug: 'dns-sanity', title: 'DNS sanity' },
    { uid: 'spam', slug: 'spam-filter', title: 'Spam filter' },
    { uid: 'appliance', slug: 'appliance', title: 'Appliance' },
] as const;

export const dashboardFile = (uid: string): string => `${base}dashboards/${encodeURIComponent(uid)}.json`;
