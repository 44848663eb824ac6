/** The live panel with 2,000 works: bytes written and processor time of 60 frames, in which durations grow and a work ends now and then. */
import { makeDiffer } from '../../src/dashboard/differ.ts';
import { makeForecaster } from '../../src/view/forecast.ts';
import { drawBatch, frameOf, makeBusy } from '../../test/dashboard/scenes.ts';

const frames = 60;

export const benchPanel = (): void => {
  const { batch, pulses } = makeBusy(2000);
  const differ = makeDiffer();
  const size = { columns: 120, rows: 40, forecast: makeForecaster() };
  differ.update(frameOf(drawBatch(batch, pulses, size)));
  let bytes = 0;
  const before = process.cpuUsage();
  for (let i = 0; i < frames; i++) {
    batch.pass(1);
    if (i % 10 === 9)
      batch.ask({ type: 'stop', ids: [batch.state.works[1000 + i]?.id ?? ('' as never)], mode: 'graceful' });
    bytes += Buffer.byteLength(differ.update(frameOf(drawBatch(batch, pulses, size))));
  }
  const { user, system } = process.cpuUsage(before);
  console.log(
    `panel, 2,000 works, 120×40: ${(bytes / frames).toFixed(0)} bytes and ${((user + system) / 1000 / frames).toFixed(1)} ms of processor a frame`,
  );
};
