import type { Principal } from '@gatehouse/identity';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller } from '../access/principal.decorator.ts';
import { RequirePermission } from '../access/require-permission.decorator.ts';
import { ApproveChangesBody } from './approve-changes.body.ts';
import { McpServerAdministration } from './mcp-server-administration.ts';
import { McpServerLogsQuery } from './mcp-server-logs.query.ts';

@ApiTags('mcp-servers')
@ApiBearerAuth()
@Controller('api/v1/mcp-servers')
export class McpServersController {
  constructor(@Inject(McpServerAdministration) private readonly administration: McpServerAdministration) {}

  @Get()
  @RequirePermission('mcp:read')
  @ApiOperation({ summary: 'The configured MCP servers: discovery, processes, counters' })
  list() {
    return { servers: this.administration.status() };
  }

  @Get(':name/tools')
  @RequirePermission('mcp:read')
  @ApiOperation({ summary: 'The tools that a server offers, as discovered' })
  tools(@Param('name') name: string) {
    return { tools: this.administration.tools(name) };
  }

  /** For who runs the server: a process may be another user's, and say what it works on. */
  @Get(':name/logs')
  @RequirePermission('mcp:restart')
  @ApiOperation({ summary: "What a server's processes last wrote to standard error, credentials redacted" })
  logs(@Param('name') name: string, @Query() { after }: McpServerLogsQuery) {
    return { lines: this.administration.logs(name, after) };
  }

  @Post(':name/validate')
  @HttpCode(200)
  @RequirePermission('mcp:restart')
  @ApiOperation({ summary: 'Starts a server once, asks what it offers, and ends it' })
  async validate(@Param('name') name: string) {
    return { verdict: await this.administration.validate(name) };
  }

  @Get(':name/changes')
  @RequirePermission('mcp:read')
  @ApiOperation({ summary: 'What of a server waits for approval, as a diff' })
  changes(@Param('name') name: string) {
    return this.administration.changes(name);
  }

  @Post(':name/approve')
  @HttpCode(200)
  @RequirePermission('mcp:approve')
  @ApiOperation({ summary: 'Approves the changes of a server that the hash stands for' })
  approve(@Param('name') name: string, @Body() { hash }: ApproveChangesBody, @Caller() caller: Principal) {
    return this.administration.approve(name, hash, caller);
  }

  @Post(':name/restart')
  @HttpCode(200)
  @RequirePermission('mcp:restart')
  @ApiOperation({ summary: "Ends a server's processes and discovers it anew" })
  async restart(@Param('name') name: string, @Caller() caller: Principal) {
    return { server: await this.administration.restart(name, caller) };
  }
}
