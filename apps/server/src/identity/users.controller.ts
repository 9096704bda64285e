import { LoginLinks, type Principal, UserBulk, UserCountsReader, Users } from '@gatehouse/identity';
import { given } from '@gatehouse/kernel';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Put,
  Query,
} from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller } from '../access/principal.decorator.ts';
import { RequirePermission } from '../access/require-permission.decorator.ts';
import { actorOf } from './acting.ts';
import { userView } from './identity-views.ts';
import { OwnOrAll } from './own-or-all.ts';
import {
  UserBulkBody,
  UserCreateBody,
  UserDepartmentBody,
  UserListQuery,
  UserRoleBody,
  UserUpdateBody,
} from './users.bodies.ts';

@ApiTags('users')
@ApiBearerAuth()
@Controller('api/v1/users')
export class UsersController {
  constructor(
    @Inject(Users) private readonly users: Users,
    @Inject(UserBulk) private readonly many: UserBulk,
    @Inject(UserCountsReader) private readonly counts: UserCountsReader,
    @Inject(LoginLinks) private readonly links: LoginLinks,
    @Inject(OwnOrAll) private readonly access: OwnOrAll,
  ) {}

  @Get()
  @RequirePermission('users:read')
  @ApiOperation({ summary: 'Lists users, newest first' })
  async list(@Query() query: UserListQuery) {
    const page = await this.users.list(given(query));
    return { users: page.items.map(userView), next_cursor: page.nextCursor };
  }

  @Get('counts')
  @RequirePermission('users:read')
  @ApiOperation({ summary: 'How many users there are, by status, role and department' })
  async count() {
    const { total, byStatus, byRole, byDepartment } = await this.counts.read();
    return { total, by_status: byStatus, by_role: byRole, by_department: byDepartment };
  }

  @Get('login-requests')
  @RequirePermission('users:read')
  @ApiOperation({ summary: 'Who asked for a login link and got none yet' })
  async loginRequests() {
    const requests = await this.links.requests();
    return {
      requests: requests.map((one) => ({ user_id: one.userId, requested_at: one.requestedAt.toISOString() })),
    };
  }

  @Get(':id')
  @RequirePermission('users:read')
  @ApiOperation({ summary: 'One user, by id or e-mail address' })
  async get(@Param('id') id: string) {
    return { user: userView(await this.users.get(id)) };
  }

  @Post()
  @RequirePermission('users:write')
  @ApiOperation({ summary: 'Creates a user' })
  async create(@Body() body: UserCreateBody, @Caller() caller: Principal) {
    const { email, display_name: displayName, role, department } = body;
    if (role !== undefined && role !== 'user') this.access.require(caller, '', 'users:role');
    const wanted = { email, ...given({ displayName, role, department }) };
    return { user: userView(await this.users.create(wanted, actorOf(caller))) };
  }

  @Patch(':id')
  @RequirePermission('users:write')
  @ApiOperation({ summary: "Changes a user's e-mail address or name" })
  async update(@Param('id') id: string, @Body() body: UserUpdateBody, @Caller() caller: Principal) {
    const details = given({ email: body.email, displayName: body.display_name });
    return { user: userView(await this.users.update(id, details, actorOf(caller))) };
  }

  @Put(':id/role')
  @RequirePermission('users:role')
  @ApiOperation({ summary: "Sets a user's role; their sessions end" })
  async role(@Param('id') id: string, @Body() { role }: UserRoleBody, @Caller() caller: Principal) {
    return { user: userView(await this.users.setRole(id, role, actorOf(caller))) };
  }

  @Put(':id/department')
  @RequirePermission('users:role')
  @ApiOperation({ summary: "Sets a user's department; their sessions end" })
  async department(
    @Param('id') id: string,
    @Body() { department }: UserDepartmentBody,
    @Caller() caller: Principal,
  ) {
    return { user: userView(await this.users.setDepartment(id, department, actorOf(caller))) };
  }

  @Post(':id/suspend')
  @HttpCode(200)
  @RequirePermission('users:write')
  @ApiOperation({ summary: 'Suspends a user: nothing of theirs is good until they are reactivated' })
  async suspend(@Param('id') id: string, @Caller() caller: Principal) {
    return { user: userView(await this.users.suspend(id, actorOf(caller))) };
  }

  @Post(':id/reactivate')
  @HttpCode(200)
  @RequirePermission('users:write')
  @ApiOperation({ summary: 'Makes a suspended user active again' })
  async reactivate(@Param('id') id: string, @Caller() caller: Principal) {
    return { user: userView(await this.users.reactivate(id, actorOf(caller))) };
  }

  @Delete(':id')
  @RequirePermission('users:write')
  @ApiOperation({ summary: 'Deletes a user for good' })
  async delete(@Param('id') id: string, @Caller() caller: Principal) {
    return { user: userView(await this.users.delete(id, actorOf(caller))) };
  }

  @Post('bulk')
  @HttpCode(200)
  @RequirePermission('users:write')
  @ApiOperation({ summary: 'Changes every user that fits, but the caller; each change is a row of its own' })
  async bulk(@Body() body: UserBulkBody, @Caller() caller: Principal) {
    const { older_than_days: olderThanDays, ...filter } = body.filter;
    const options = { actor: actorOf(caller), dryRun: body.dry_run };
    const outcome = await this.many.change(body.action, given({ ...filter, olderThanDays }), options);
    return {
      matched: outcome.matched.map(userView),
      changed: outcome.changed,
      failed: outcome.failed.map(({ userId, code }) => ({ user_id: userId, code })),
    };
  }
}
