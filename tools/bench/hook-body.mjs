/** The part of the tool use id that differs from call to call. */
export const TOOL_USE = '01A9rFbqvV4Z7mVfGm3E1S2T';

/** A hook call of about 1 KB, as Claude Code sends it: a file is written, with nothing in it to find. */
export function hookBody() {
  const sentence =
    'The quarterly report lists every open invoice by customer and by the day on which it is due. ';
  return JSON.stringify({
    hook_event_name: 'PreToolUse',
    session_id: '0c7c2a4e-6a5d-4f39-9a3e-3d2f6f6f1a10',
    transcript_path: '/home/maya/.claude/projects/reports/transcript.jsonl',
    cwd: '/home/maya/reports',
    permission_mode: 'default',
    tool_name: 'Write',
    tool_input: { file_path: '/home/maya/reports/quarter.md', content: sentence.repeat(7) },
    tool_use_id: `toolu_${TOOL_USE}`,
  });
}
