import type { Profile } from '@gatehouse/config';
import { isJsonObject, type JsonObject } from '@gatehouse/kernel';
import type { Report } from '../report/report.ts';
import type { ServerState } from './server-state.ts';

export interface ServicesView {
  readonly profile: Pick<Profile, 'name' | 'mode' | 'publicUrl'>;
  readonly server: ServerState | null;
  /** Null where the database is the operator's own. */
  readonly database: { readonly state: 'running' | 'stopped'; readonly pid: number | null } | null;
  /** As configured. */
  readonly mcpServers: readonly string[];
}

const COLUMNS = ['name', 'type', 'status', 'detail'] as const;

/** What runs of this installation, a row a service. */
export function servicesReport({ profile, server, database, mcpServers }: ServicesView): Report {
  const services: JsonObject[] = [
    { name: 'server', type: 'server', status: serverStatus(server), detail: profile.publicUrl },
    databaseRow(database),
    ...mcpServers.map((name) => ({ name, type: 'mcp_server', ...mcpStatus(name, server) })),
  ];
  const next = server === null ? 'npm start' : 'gatehouse infra logs audit list';
  return {
    artifactType: 'table',
    title: 'Services',
    data: {
      services,
      profile: profile.name,
      mode: profile.mode,
      server:
        server === null ? null : { version: server.version, commit: server.commit, ready: server.ready },
      notes: notesOf(server),
    },
    hints: { columns: [...COLUMNS] },
    parts: [
      { kind: 'table', columns: COLUMNS, rows: services },
      {
        kind: 'text',
        text: [`profile ${profile.name}, ${profile.mode} mode`, ...notesOf(server), `next: ${next}`].join(
          '\n',
        ),
      },
    ],
  };
}

function serverStatus(server: ServerState | null): string {
  if (server === null) return 'stopped';
  return server.ready ? 'ready' : 'not ready';
}

function databaseRow(database: ServicesView['database']): JsonObject {
  if (database === null) return { name: 'database', type: 'postgresql', status: 'external', detail: null };
  const detail = database.pid === null ? 'embedded' : `embedded, pid ${database.pid}`;
  return { name: 'database', type: 'postgresql', status: database.state, detail };
}

function mcpStatus(name: string, server: ServerState | null): { status: string; detail: string | null } {
  const known = Array.isArray(server?.readiness.mcp_servers) ? server.readiness.mcp_servers : [];
  const found = known.filter(isJsonObject).find((entry) => entry.name === name);
  if (found === undefined) return { status: server === null ? 'stopped' : 'unknown', detail: null };
  return {
    status: typeof found.state === 'string' ? found.state : 'unknown',
    detail: typeof found.problem === 'string' ? found.problem : null,
  };
}

function notesOf(server: ServerState | null): string[] {
  const { isolation, notes } = server?.readiness ?? {};
  return [isolation, ...(Array.isArray(notes) ? notes : [])].filter((note) => typeof note === 'string');
}
