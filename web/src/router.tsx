import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  stripSearchParams,
} from '@tanstack/react-router';

import { queries } from './query-client';
import {
  FIRST_TAB,
  FIRST_UNIT_PANEL,
  readCalendarSearch,
  readCaseSearch,
  readCasesSearch,
  readFigureSearch,
  readJournalSearch,
  readModelSearch,
  readOperationsSearch,
  readProblemsSearch,
  readProposalsSearch,
  readQueueSearch,
  readScopeSearch,
  readStandingSearch,
  readTaskSearch,
  readTrafficSearch,
  readUnitSearch,
  readUsersSearch,
  readVersionsSearch,
} from './search';
import { Frame } from './screens/frame/frame';
import { Lost } from './screens/lost/lost';
import { Broken } from './screens/lost/broken';
import { Waiting } from './parts/waiting';
import { Queue } from './screens/queue/queue';
import { SignIn } from './screens/sign-in/sign-in';
import { answeringPosts } from './session/posts';
import { sessionQuery } from './session/session';

const root = createRootRoute({ component: Outlet, notFoundComponent: Lost });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { next?: string; problem?: string; step?: string } =>
    Object.fromEntries(
      ['next', 'problem', 'step'].flatMap((name) => {
        const value = search[name];
        return typeof value === 'string' ? [[name, value]] : [];
      }),
    ),
  component: SignIn,
});

const office = createRoute({
  getParentRoute: () => root,
  id: 'office',
  beforeLoad: async ({ location }) => {
    const session = await queries.ensureQueryData(sessionQuery);
    if (session?.must_enrol && location.pathname !== '/account') throw redirect({ to: '/account' });
    if (session) return { session };
    const next = location.href === '/' ? undefined : location.href;
    throw redirect({ to: '/sign-in', search: next ? { next } : {} });
  },
  component: Frame,
});

const home = createRoute({
  getParentRoute: () => office,
  path: '/',
  beforeLoad: ({ context }) => {
    const isUnit = answeringPosts(context.session).length > 0;
    throw redirect({ to: isUnit ? '/our-unit' : '/tasks', replace: true });
  },
});

const ourUnit = createRoute({
  getParentRoute: () => office,
  path: '/our-unit',
  validateSearch: readUnitSearch,
  search: { middlewares: [stripSearchParams({ panel: FIRST_UNIT_PANEL })] },
  component: lazyRouteComponent(() => import('./screens/our-unit/our-unit'), 'OurUnit'),
});

const queue = createRoute({
  getParentRoute: () => office,
  path: '/tasks',
  validateSearch: readQueueSearch,
  search: { middlewares: [stripSearchParams({ tab: FIRST_TAB })] },
  component: Queue,
});

const task = createRoute({
  getParentRoute: () => office,
  path: '/tasks/$taskId',
  validateSearch: readTaskSearch,
  component: lazyRouteComponent(() => import('./screens/task/task-screen'), 'TaskScreen'),
});

const sheet = createRoute({
  getParentRoute: () => office,
  path: '/tasks/$taskId/sheets/$sheetId',
  component: lazyRouteComponent(() => import('./screens/sheet/sheet-screen'), 'SheetScreen'),
});

const cases = createRoute({
  getParentRoute: () => office,
  path: '/cases',
  validateSearch: readCasesSearch,
  component: lazyRouteComponent(() => import('./screens/cases/cases'), 'Cases'),
});

const problems = createRoute({
  getParentRoute: () => office,
  path: '/problems',
  validateSearch: readProblemsSearch,
  component: lazyRouteComponent(() => import('./screens/problems/problems'), 'Problems'),
});

const calendar = createRoute({
  getParentRoute: () => office,
  path: '/calendar',
  validateSearch: readCalendarSearch,
  component: lazyRouteComponent(() => import('./screens/calendar/calendar'), 'Calendar'),
});

const dashboard = createRoute({
  getParentRoute: () => office,
  path: '/dashboard',
  validateSearch: readScopeSearch,
  component: lazyRouteComponent(() => import('./screens/dashboard/dashboard'), 'Dashboard'),
});

const figure = createRoute({
  getParentRoute: () => office,
  path: '/dashboard/rows',
  validateSearch: readFigureSearch,
  component: lazyRouteComponent(() => import('./screens/dashboard/figure-screen'), 'FigureScreen'),
});

const wall = createRoute({
  getParentRoute: () => root,
  path: '/wall',
  validateSearch: readScopeSearch,
  beforeLoad: async ({ location }) => {
    const session = await queries.ensureQueryData(sessionQuery);
    if (!session) throw redirect({ to: '/sign-in', search: { next: location.href } });
  },
  component: lazyRouteComponent(() => import('./screens/dashboard/wall'), 'Wall'),
});

const start = createRoute({
  getParentRoute: () => office,
  path: '/cases/new',
  validateSearch: (search): { family?: string } =>
    typeof search['family'] === 'string' ? { family: search['family'] } : {},
  component: lazyRouteComponent(() => import('./screens/start/start'), 'Start'),
});

const caseRoute = createRoute({
  getParentRoute: () => office,
  path: '/cases/$instanceId',
  validateSearch: readCaseSearch,
  component: lazyRouteComponent(() => import('./screens/case/case-screen'), 'CaseScreen'),
});

const definitions = createRoute({
  getParentRoute: () => office,
  path: '/definitions',
  component: lazyRouteComponent(() => import('./screens/definitions/definitions'), 'Definitions'),
});

const definition = createRoute({
  getParentRoute: () => office,
  path: '/definitions/$definitionId',
  validateSearch: readTrafficSearch,
  component: lazyRouteComponent(
    () => import('./screens/definition/definition-screen'),
    'DefinitionScreen',
  ),
});

const models = createRoute({
  getParentRoute: () => office,
  path: '/models',
  component: lazyRouteComponent(() => import('./screens/models/models'), 'Models'),
});

const model = createRoute({
  getParentRoute: () => office,
  path: '/models/$draftId',
  validateSearch: readModelSearch,
  component: lazyRouteComponent(() => import('./screens/model/model-screen'), 'ModelScreen'),
});

const modelProposal = createRoute({
  getParentRoute: () => office,
  path: '/models/proposals/$proposalId',
  component: lazyRouteComponent(() => import('./screens/model/proposal-screen'), 'ProposalScreen'),
});

const delegations = createRoute({
  getParentRoute: () => office,
  path: '/delegations',
  component: lazyRouteComponent(() => import('./screens/delegations/delegations'), 'Delegations'),
});

const account = createRoute({
  getParentRoute: () => office,
  path: '/account',
  component: lazyRouteComponent(() => import('./screens/account/account'), 'Account'),
});

const admin = createRoute({
  getParentRoute: () => office,
  path: '/admin',
  component: lazyRouteComponent(() => import('./screens/admin/admin'), 'Admin'),
});

const adminRooms = [
  createRoute({
    getParentRoute: () => admin,
    path: '/',
    beforeLoad: () => {
      throw redirect({ to: '/admin/proposals', replace: true });
    },
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/proposals',
    validateSearch: readProposalsSearch,
    component: lazyRouteComponent(() => import('./screens/admin/proposals'), 'Proposals'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/suggestions',
    component: lazyRouteComponent(() => import('./screens/admin/suggestions'), 'Suggestions'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/users',
    validateSearch: readUsersSearch,
    component: lazyRouteComponent(() => import('./screens/admin/users'), 'Users'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/organisations',
    validateSearch: readUsersSearch,
    component: lazyRouteComponent(() => import('./screens/admin/organisations'), 'Organisations'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/periods',
    component: lazyRouteComponent(() => import('./screens/admin/periods'), 'Periods'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/ladders',
    component: lazyRouteComponent(() => import('./screens/admin/ladders'), 'Ladders'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/calendar',
    component: lazyRouteComponent(() => import('./screens/admin/calendar'), 'NoticeYears'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/journal',
    validateSearch: readJournalSearch,
    component: lazyRouteComponent(() => import('./screens/admin/journal'), 'Journal'),
  }),
] as const;

const operations = [
  createRoute({
    getParentRoute: () => office,
    path: '/operations',
    validateSearch: readOperationsSearch,
    component: lazyRouteComponent(() => import('./screens/operations/operations'), 'Operations'),
  }),
  createRoute({
    getParentRoute: () => office,
    path: '/operations/cases',
    validateSearch: readStandingSearch,
    component: lazyRouteComponent(() => import('./screens/operations/standing'), 'Standing'),
  }),
  createRoute({
    getParentRoute: () => office,
    path: '/operations/cases/$instanceId',
    component: lazyRouteComponent(() => import('./screens/operations/operated-case'), 'OperatedCase'),
  }),
  createRoute({
    getParentRoute: () => office,
    path: '/operations/migrations',
    component: lazyRouteComponent(() => import('./screens/operations/migrations'), 'Migrations'),
  }),
  createRoute({
    getParentRoute: () => office,
    path: '/operations/migrations/new',
    validateSearch: readVersionsSearch,
    component: lazyRouteComponent(() => import('./screens/operations/new-migration'), 'NewMigration'),
  }),
  createRoute({
    getParentRoute: () => office,
    path: '/operations/migrations/$migrationId',
    component: lazyRouteComponent(() => import('./screens/operations/migration'), 'Migration'),
  }),
] as const;

const inside = [
  ...operations,
  admin.addChildren(adminRooms),
  home,
  ourUnit,
  account,
  delegations,
  queue,
  task,
  sheet,
  cases,
  problems,
  figure,
  dashboard,
  calendar,
  start,
  caseRoute,
  definitions,
  definition,
  models,
  model,
  modelProposal,
];

export const router = createRouter({
  routeTree: root.addChildren([signIn, wall, office.addChildren(inside)]),
  scrollRestoration: true,
  defaultPreload: 'intent',
  defaultNotFoundComponent: Lost,
  defaultErrorComponent: Broken,
  defaultPendingComponent: Waiting,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
