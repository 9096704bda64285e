import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { argvHash, type CommandApproval, type CommandCaller } from './command-approval.ts';

interface Row {
  readonly id: string;
  readonly user_id: string;
  readonly session_id: string;
  readonly argv: readonly string[];
  readonly requested_at: Date;
  readonly expires_at: Date;
  readonly approved: boolean | null;
  readonly decided_by: string | null;
  readonly decided_at: Date | null;
  readonly used_at: Date | null;
  readonly is_over: boolean;
}

const COLUMNS = '*, expires_at <= now() as is_over';
const LIVE = 'used_at is null and approved is distinct from false and expires_at > now()';

/** Reads and writes `command_approvals`. Time is the database's own. */
@Injectable()
export class CommandApprovalQueries {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Of the last day, the latest first; those that still can be approved or used, where `live`. */
  async list(live: boolean): Promise<readonly CommandApproval[]> {
    const where = live ? LIVE : 'true';
    return this.#read(
      `select ${COLUMNS} from command_approvals where ${where} order by requested_at desc, id desc limit 200`,
      [],
    );
  }

  async find(id: string): Promise<CommandApproval | null> {
    const [found] = await this.#read(`select ${COLUMNS} from command_approvals where id = $1`, [id]);
    return found ?? null;
  }

  /** The one of this session for these very arguments that still can be approved or used. */
  async findLive(
    { userId, sessionId }: CommandCaller,
    argv: readonly string[],
  ): Promise<CommandApproval | null> {
    const [found] = await this.#read(
      `select ${COLUMNS} from command_approvals
        where user_id = $1 and session_id = $2 and argv_hash = $3 and ${LIVE} order by requested_at desc limit 1`,
      [userId, sessionId, argvHash(argv)],
    );
    return found ?? null;
  }

  async countPending(userId: string): Promise<number> {
    const [row]: { n: number }[] = await this.#dataSource.query(
      `select count(*)::int as n from command_approvals where user_id = $1 and approved is null and ${LIVE}`,
      [userId],
    );
    return row?.n ?? 0;
  }

  /** Adds one that is good for so long, and forgets those of the day before. */
  async add(
    id: string,
    { userId, sessionId }: CommandCaller,
    argv: readonly string[],
    lifetimeMs: number,
  ): Promise<void> {
    await this.#dataSource.query(`delete from command_approvals where expires_at < now() - interval '1 day'`);
    await this.#dataSource.query(
      `insert into command_approvals (id, user_id, session_id, argv, argv_hash, requested_at, expires_at)
       values ($1, $2, $3, $4, $5, now(), now() + $6 * interval '1 millisecond')`,
      [id, userId, sessionId, JSON.stringify(argv), argvHash(argv), lifetimeMs],
    );
  }

  /** False when it was decided before, or is over. */
  async decide(id: string, approved: boolean, decidedBy: string): Promise<boolean> {
    const [rows]: [unknown[], number] = await this.#dataSource.query(
      `update command_approvals set approved = $2, decided_by = $3, decided_at = now()
        where id = $1 and approved is null and ${LIVE} returning id`,
      [id, approved, decidedBy],
    );
    return rows.length === 1;
  }

  /** Uses it up. False when it is not approved, another's, for other arguments, used before, or over. */
  async use(id: string, { userId, sessionId }: CommandCaller, argv: readonly string[]): Promise<boolean> {
    const [rows]: [unknown[], number] = await this.#dataSource.query(
      `update command_approvals set used_at = now()
        where id = $1 and user_id = $2 and session_id = $3 and argv_hash = $4 and approved and ${LIVE} returning id`,
      [id, userId, sessionId, argvHash(argv)],
    );
    return rows.length === 1;
  }

  async #read(sql: string, values: readonly unknown[]): Promise<readonly CommandApproval[]> {
    const rows: Row[] = await this.#dataSource.query(sql, [...values]);
    return rows.map((row) => ({
      id: row.id,
      userId: row.user_id,
      sessionId: row.session_id,
      argv: row.argv,
      requestedAt: row.requested_at,
      expiresAt: row.expires_at,
      state: stateOf(row),
      decidedBy: row.decided_by,
      decidedAt: row.decided_at,
      usedAt: row.used_at,
    }));
  }
}

function stateOf({ used_at, approved, is_over }: Row): CommandApproval['state'] {
  if (used_at !== null) return 'used';
  if (approved === false) return 'refused';
  if (is_over) return 'expired';
  return approved === true ? 'approved' : 'pending';
}
