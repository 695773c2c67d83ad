import { createParser } from 'eventsource-parser';
import { backoff, isAborted, pause } from './pause.js';
import { ConduitProblem } from './problem.js';
/** The service writes at least every 15 s: a stream that is silent for three times that is broken. */
const LONGEST_SILENCE_MS = 45_000;
/**
 * The events of a job, past ones first, then live ones; ends after `job.finished`. A stream that breaks (a restart, a
 * proxy, a network) is taken up again after the last event that was seen: none is lost, none comes twice.
 *
 * @throws ConduitProblem where the service refuses, and what `fetch` threw where it never answered
 */
export async function* followEvents(transport, path, { after = 0, live, token, signal }) {
    let last = after;
    let failures = 0;
    let answered = false;
    while (!isAborted(signal)) {
        const connection = new AbortController();
        const stop = () => connection.abort();
        signal?.addEventListener('abort', stop);
        try {
            const response = await transport.send('GET', path, {
                query: { live: live === true ? true : undefined, token },
                headers: { accept: 'text/event-stream', ...(last > 0 ? { 'last-event-id': String(last) } : {}) },
                signal: connection.signal,
            });
            answered = true;
            if (response.status === 204 || response.body === null)
                return;
            for await (const event of eventsOf(response.body, stop)) {
                failures = 0;
                if (typeof event.seq === 'number') {
                    if (event.seq <= last)
                        continue;
                    last = event.seq;
                }
                yield event;
                if (event.type === 'job.finished')
                    return;
            }
        }
        catch (error) {
            const refused = error instanceof ConduitProblem && error.status < 500 && ![408, 429].includes(error.status);
            if (!isAborted(signal) && (refused || !answered))
                throw error;
        }
        finally {
            signal?.removeEventListener('abort', stop);
            connection.abort();
        }
        await pause(backoff(failures++), signal);
    }
}
/** The events in a stream of bytes. `onSilence` is called when it seems to be broken. */
async function* eventsOf(body, onSilence) {
    const read = [];
    const parser = createParser({ onEvent: ({ data }) => void read.push(JSON.parse(data)) });
    const decoder = new TextDecoder();
    const reader = body.getReader();
    for (;;) {
        const silence = setTimeout(onSilence, LONGEST_SILENCE_MS);
        const chunk = await reader.read().finally(() => clearTimeout(silence));
        if (chunk.done)
            return;
        parser.feed(decoder.decode(chunk.value, { stream: true }));
        yield* read.splice(0);
    }
}
