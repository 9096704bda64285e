import { linesOf } from '../line.ts';
import type { Scene } from '../scene.ts';

const LINES = linesOf('database', {
  'redis-flush': 'It empties a key-value store, or stops it.',
  'mongo-drop': 'It drops a database or a collection, or deletes every document.',
});

const REDIS =
  /^\s*(?:flushall|flushdb|shutdown|swapdb|cluster\s+(?:reset|forget|flushslots)|script\s+flush|function\s+flush|acl\s+deluser|debug\s+(?:segfault|flushall)|failover|config\s+(?:set\s+(?:dir|dbfilename|requirepass|protected-mode|appendonly)|rewrite)|(?:replicaof|slaveof)\s+(?!no\s))|(?:del|unlink)\s+(?:\S*\*)/i;
const REDIS_SCRIPT = /\bflush(?:all|db)\b/i;
const MONGO =
  /\bdropDatabase\s*\(|["']?dropDatabase["']?\s*:\s*1|\.drop\s*\(|\.(?:dropIndexes|dropAllUsers|dropAllRoles|dropUser)\s*\(|\.(?:deleteMany|remove|deleteOne|findAndRemove)\s*\(\s*(?:\{\s*\}\s*)?[,)]|\bshutdownServer\s*\(|\bdropCollection\s*\(|\.updateMany\s*\(\s*\{\s*\}/;

/** Judges one Redis command line. */
export function judgeRedis(text: string, scene: Scene): void {
  if (REDIS.test(text) || (/^\s*eval|--eval/i.test(text) && REDIS_SCRIPT.test(text)))
    scene.deny(LINES['redis-flush']);
}

/** Judges text that the MongoDB shell runs. */
export function judgeMongo(text: string, scene: Scene): void {
  if (MONGO.test(text)) scene.deny(LINES['mongo-drop']);
}
