const TOKEN_HALVES = ['ghp_01234567', '89abcdefghijABCDEFGHIJ012345'];

/** A credential by its form, and nobody's. */
export const TOKEN = TOKEN_HALVES.join('');

export const bash = (command) => ({ name: 'Bash', input: { command, description: 'As planned.' } });

/** A call that leaves a file behind where it ran. */
export const touch = (file) => bash(`touch ${file}`);

/** Would delete the home, which is the installation's own. */
export const DESTRUCTIVE = bash('rm -rf ~');

export const writeToken = (file) => ({
  name: 'Write',
  input: { file_path: file, content: `token ${TOKEN}` },
});

/** No credential stands in the command, and one in what it prints. */
export const PRINT_TOKEN = bash(TOKEN_HALVES.map((half) => `printf ${half}`).join('; '));
