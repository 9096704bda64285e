/** So many turns at most: whoever came first is not kept waiting by those who keep coming. */
const TURNS = 4;
/** So many rows are batch enough. */
const ENOUGH_ROWS = 16;

/**
 * Resolves behind the current turn of the event loop, and behind those in which more rows came: callers who are answered
 * together ask again together, and one batch of them costs less than several. No timer: a turn without new rows ends it.
 */
export function gathered(waiting: () => number): Promise<void> {
  return new Promise((done) => {
    let turns = 0;
    let before = 0;
    const turn = (): void => {
      const now = waiting();
      turns += 1;
      const isEnough = now === before || now >= ENOUGH_ROWS || turns >= TURNS;
      before = now;
      if (isEnough) done();
      else setImmediate(turn);
    };
    setImmediate(turn);
  });
}
