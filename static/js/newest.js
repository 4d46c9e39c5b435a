// Questions by number, the newest first. Two are under way at most, and of those that wait only the newest is kept. An answer
// is shown only where no newer one was; the questions older than it are given up.
const UNDER_WAY = 2;

export function newest(ask, show) {
  const underWay = new Map();
  let last = 0;
  let shown = 0;
  let waiting = null;

  async function send(number, question) {
    const controller = new AbortController();
    underWay.set(number, controller);
    try {
      const answer = await ask(question, controller.signal);
      if (number > shown && !controller.signal.aborted) {
        shown = number;
        for (const [older, its] of underWay) if (older < number) its.abort();
        show(answer, number, number === last);
      }
    } catch (error) {
      if (!controller.signal.aborted) throw error;
    } finally {
      underWay.delete(number);
      const next = waiting;
      waiting = null;
      if (next) send(...next);
    }
  }

  return (question) => {
    last += 1;
    if (underWay.size < UNDER_WAY) send(last, question);
    else waiting = [last, question];
    return last;
  };
}
