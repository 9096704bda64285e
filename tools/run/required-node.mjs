/**
 * Stops with what to do when this Node is too old. npm puts `node_modules/.bin`, and in it the pinned Node, first on
 * PATH for its scripts, so this is seen only where no pinned Node exists for the platform, or outside npm.
 *
 * @param {{ [major: number]: number }} minimums the lowest minor of each major that will do; higher majors do too
 */
export function requireNode(minimums) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const newest = Math.max(...Object.keys(minimums).map(Number));
  const lowest = minimums[major];
  if (major > newest || (lowest !== undefined && minor >= lowest)) return;
  const wanted = Object.entries(minimums).map(
    ([wantedMajor, wantedMinor]) => `${wantedMajor}.${wantedMinor}`,
  );
  console.error(
    `Gatehouse needs Node ${wanted.join(' or ')} or newer; this is ${process.versions.node} (${process.execPath}).\n` +
      'Run it through npm after `npm ci` (npm start, npm test), which brings the right one where it exists,\n' +
      'or install a newer Node from https://nodejs.org.',
  );
  process.exit(1);
}
