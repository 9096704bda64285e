import type { Principal } from '@gatehouse/identity';
import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller } from '../access/principal.decorator.ts';
import { RequirePermission } from '../access/require-permission.decorator.ts';
import { McpServerAdministration } from './mcp-server-administration.ts';

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
  logs(@Param('name') name: string) {
    return { lines: this.administration.logs(name) };
  }

  @Post(':name/restart')
  @HttpCode(200)
  @RequirePermission('mcp:restart')
  @ApiOperation({ summary: "Ends a server's processes and discovers it anew" })
  async restart(@Param('name') name: string, @Caller() caller: Principal) {
    return { server: await this.administration.restart(name, caller) };
  }
}
