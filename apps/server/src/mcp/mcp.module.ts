import { GovernanceModule } from '@gatehouse/governance';
import { IdentityModule } from '@gatehouse/identity';
import { McpSpawnerModule } from '@gatehouse/mcp-spawner';
import { Module } from '@nestjs/common';
import { BuiltInMcpServer } from './built-in/built-in-server.service.ts';
import { ListDecisionsTool } from './built-in/list-decisions.tool.ts';
import { MeasureCallsTool } from './built-in/measure-calls.tool.ts';
import { RunCommandTool } from './built-in/run-command.tool.ts';
import { ShowLimitsTool } from './built-in/show-limits.tool.ts';
import { ClientQuestions } from './client-requests/client-questions.service.ts';
import { HeldCalls } from './client-requests/held-calls.service.ts';
import { InputRequired } from './client-requests/input-required.service.ts';
import { RequestStates } from './client-requests/request-state.service.ts';
import { UrlElicitations } from './client-requests/url-elicitations.service.ts';
import { McpCallers } from './entry/mcp-callers.service.ts';
import { PostedRequests } from './entry/posted-requests.service.ts';
import { LegacyWire } from './legacy/legacy-wire.service.ts';
import { OpenSessions } from './legacy/open-sessions.service.ts';
import { RootChanges } from './legacy/root-changes.service.ts';
import { SessionStreamDoor } from './legacy/session-streams.service.ts';
import { ListAnnouncements } from './list-announcements.service.ts';
import { McpDoor } from './mcp-door.service.ts';
import { McpMessageCounts } from './message-counts.ts';
import { ChildCalls } from './methods/child-calls.service.ts';
import { GovernedCalls } from './methods/governed-calls.service.ts';
import { ListedDefinitions } from './methods/listed-definitions.service.ts';
import { McpMethods } from './methods/mcp-methods.service.ts';
import { ShownDefinitions } from './methods/shown-definitions.service.ts';
import { ModernWire } from './modern-wire.service.ts';
import { RefusedRequests } from './refusals/refused-requests.service.ts';
import { McpSessions } from './sessions/mcp-sessions.ts';
import { Listen } from './subscriptions/listen.service.ts';
import { ListenStreams } from './subscriptions/listen-streams.service.ts';
import { ResourceWatches } from './subscriptions/resource-watches.service.ts';

/** Relies on the global ConfigModule and AuditModule. `registerMcpRoutes` gives it its routes. */
@Module({
  imports: [GovernanceModule, IdentityModule, McpSpawnerModule],
  providers: [
    BuiltInMcpServer,
    ChildCalls,
    ClientQuestions,
    GovernedCalls,
    HeldCalls,
    InputRequired,
    LegacyWire,
    Listen,
    ListAnnouncements,
    ListDecisionsTool,
    ListedDefinitions,
    ShownDefinitions,
    ListenStreams,
    McpCallers,
    McpDoor,
    McpMessageCounts,
    McpMethods,
    McpSessions,
    MeasureCallsTool,
    ModernWire,
    OpenSessions,
    PostedRequests,
    RefusedRequests,
    RequestStates,
    RootChanges,
    ResourceWatches,
    RunCommandTool,
    SessionStreamDoor,
    ShowLimitsTool,
    UrlElicitations,
  ],
  exports: [McpMessageCounts],
})
export class McpModule {}
