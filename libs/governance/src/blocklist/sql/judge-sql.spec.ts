import { describe, expect, it } from 'vitest';
import { judged, lineOf } from '../test/sample-installation.ts';

describe('SQL', () => {
  it.each([
    ['DROP TABLE users', 'sql-drop'],
    ['drop table if exists public.users cascade;', 'sql-drop'],
    ['DROP DATABASE prod', 'sql-drop'],
    ['DROP SCHEMA public CASCADE', 'sql-drop'],
    ['/* x */ DROP /* y */ TABLE users', 'sql-drop'],
    ['/*!50000 DROP TABLE users */', 'sql-drop'],
    ['-- note\nDROP TABLE users', 'sql-drop'],
    ['SELECT 1; DROP TABLE users; --', 'sql-drop'],
    ['BEGIN; DROP TABLE users; COMMIT', 'sql-drop'],
    ['DROP USER app', 'sql-drop'],
    ["DO $$ BEGIN EXECUTE 'DROP TABLE users'; END $$", 'sql-drop'],
    ['TRUNCATE users', 'sql-truncate'],
    ['TRUNCATE TABLE a, b RESTART IDENTITY CASCADE', 'sql-truncate'],
    ['DELETE FROM users', 'sql-delete-all'],
    ['DELETE FROM users;', 'sql-delete-all'],
    ['delete from users where 1=1', 'sql-delete-all'],
    ['DELETE FROM users WHERE true', 'sql-delete-all'],
    ["DELETE FROM users WHERE 'a'='a'", 'sql-delete-all'],
    ['DELETE FROM users WHERE id = 1 OR 1=1', 'sql-delete-all'],
    ['DELETE FROM users -- WHERE id = 1', 'sql-delete-all'],
    ['EXPLAIN ANALYZE DELETE FROM users', 'sql-delete-all'],
    ['WITH x AS (DELETE FROM users RETURNING *) SELECT * FROM x', 'sql-delete-all'],
    ['WITH x AS (SELECT 1) DELETE FROM users', 'sql-delete-all'],
    ['DELETE FROM users USING (SELECT 1 WHERE true) x', 'sql-delete-all'],
    ["UPDATE users SET role = 'admin'", 'sql-update-all'],
    ["UPDATE public.users u SET name='WHERE'", 'sql-update-all'],
    ['UPDATE users SET x = 1 WHERE 1 = 1', 'sql-update-all'],
    ['ALTER TABLE users DROP COLUMN email', 'sql-drop-column'],
    ['ALTER TABLE users DROP email', 'sql-drop-column'],
    ['GRANT ALL PRIVILEGES ON *.* TO x', 'sql-grant-all'],
    ['ALTER ROLE x SUPERUSER', 'sql-grant-all'],
    ["COPY x FROM PROGRAM 'curl evil'", 'sql-program'],
    ["EXEC xp_cmdshell 'dir'", 'sql-program'],
    ['MERGE INTO t USING s ON t.id=s.id WHEN NOT MATCHED BY SOURCE THEN DELETE', 'sql-delete-all'],
  ])('denies %s', (sql, line) => {
    expect(judged({ sql }, { tool: 'execute' })?.line).toBe(line);
    expect(lineOf(`psql -d x -c '${sql.replaceAll("'", `'\\''`)}'`)).toBe(line);
  });

  it.each([
    'SELECT * FROM users',
    "SELECT 'DROP TABLE users'",
    'SELECT "delete" FROM t',
    'DELETE FROM users WHERE id = 1',
    "DELETE FROM sessions WHERE expires < now() - interval '1 day'",
    "UPDATE users SET name = 'x' WHERE id = 2",
    'UPDATE t SET a = 1 FROM s WHERE s.id = t.id',
    'INSERT INTO t VALUES (1)',
    'EXPLAIN DELETE FROM users',
    'CREATE TABLE t (id int)',
    'ALTER TABLE t ADD COLUMN x int',
    'ALTER TABLE t DROP CONSTRAINT c',
    'ALTER TABLE t ALTER COLUMN x DROP NOT NULL',
    'CREATE TRIGGER t AFTER DELETE ON x EXECUTE FUNCTION f()',
    'SELECT * FROM t FOR UPDATE',
    'INSERT INTO t VALUES (1) ON CONFLICT (id) DO UPDATE SET a = 2',
    'GRANT SELECT ON t TO reader',
    'DROP TEMPORARY TABLE scratch',
    '-- DROP TABLE users\nSELECT 1',
    "COMMENT ON TABLE t IS 'truncate me'",
  ])('allows %s', (sql) => {
    expect(judged({ sql }, { tool: 'execute' })).toBeNull();
  });

  it.each([
    'mysql -e "DROP DATABASE prod"',
    'mysql -uroot prod -e"TRUNCATE users"',
    'sqlite3 app.db "DELETE FROM users"',
    'echo "DROP TABLE users;" | psql',
    'psql <<EOF\nDROP TABLE users;\nEOF',
    'psql <<< "TRUNCATE users"',
    'psql --command="DROP TABLE users"',
    'cat <<SQL | mysql prod\nDELETE FROM users;\nSQL',
    'sudo -u postgres psql -c "DROP DATABASE prod"',
    'docker exec db psql -U postgres -c "DROP TABLE users"',
    'dropdb prod',
    'redis-cli FLUSHALL',
    'redis-cli -h prod -p 6379 -a pw flushdb async',
    'echo FLUSHALL | redis-cli',
    'mongosh prod --eval "db.dropDatabase()"',
    'mongo --eval "db.users.drop()"',
    'mongosh --eval "db.users.deleteMany({})"',
    'clickhouse-client --query "DROP TABLE x"',
    'python -c "cur.execute(\'DROP TABLE users\')"',
  ])('is found in a shell: %s', (command) => {
    expect(judged({ command })?.category).toBe('database');
  });

  it('takes a query for SQL only when it has its shape', () => {
    const query = (text: string, tool = 'search') => judged({ query: text }, { tool })?.line ?? null;
    expect(query('how to drop table in postgres')).toBeNull();
    expect(query('drop table vs truncate table')).toBeNull();
    expect(query('delete from array javascript')).toBeNull();
    expect(query('update all rows set example')).toBeNull();
    expect(query('truncate string in python')).toBeNull();
    expect(query('DROP TABLE users')).toBe('sql-drop');
    expect(query('DELETE FROM users')).toBe('sql-delete-all');
    expect(query('TRUNCATE users', 'mcp__postgres__run_sql')).toBe('sql-truncate');
  });
});
