/** `wf0-batch serve` */
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { isLoopback } from '../../protocol/host.ts';
import { Problem } from '../../ports/problem.ts';
import type { Client } from '../../client/client.ts';
import type { ServeOptions } from '../../client/web-server.ts';
import type { Cli } from '../cli.ts';

interface Options {
  readonly port?: number;
  readonly host?: string;
  readonly readOnly?: boolean;
  readonly open?: boolean;
  readonly insecure?: boolean;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

export const configure = (command: Command, cli: Cli): void => {
  command
    .option('--port <n>', 'the port (default: server.port of the config; 0 takes a free one)', parsePort)
    .option('--host <host>', 'the address to listen on (default: server.host of the config)')
    .option('--read-only', 'nothing can be changed or typed through it')
    .option('--open', 'open the page in the browser')
    .option('--insecure', 'allow another address than loopback without TLS')
    .option('--tls-cert <file>', 'a certificate in PEM; with --tls-key')
    .option('--tls-key <file>', 'its key in PEM')
    .addHelpText('after', examples)
    .action(async (options: Options) => serve(cli, options));
};

const examples = `
The address that is printed opens the page once; after that the browser has a session. Ctrl+C ends the server, never a batch.

Examples:
  wf0-batch serve --open               on this machine
  wf0-batch serve --port 8080 --read-only
  wf0-batch serve --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem`;

const parsePort = (text: string): number => {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
  return Number(text);
};

const serve = async (cli: Cli, options: Options): Promise<void> => {
  if ((options.tlsCert === undefined) !== (options.tlsKey === undefined))
    throw usage('--tls-cert and --tls-key go together', 'give both, or neither');
  const client = await cli.client();
  const { server } = await client.readConfig();
  const host = options.host ?? server.host;
  if (!isLoopback(host) && options.tlsCert === undefined && options.insecure !== true)
    throw usage(
      `others could read along: ${host} is not on loopback, and there is no TLS`,
      'give --tls-cert and --tls-key, or, in a network that you trust, --insecure',
    );
  const running = await cli.serve({
    client,
    version: cli.version,
    host,
    port: options.port ?? server.port,
    isReadOnly: options.readOnly === true,
    tls: await readTls(client, options),
  });
  const { first, second } = cli.listenToInterrupts();
  cli.out(running.address);
  cli.err(
    `serving ${client.root}${options.readOnly === true ? ', read-only' : ''}; Ctrl+C ends the server, not the batch`,
  );
  cli.err(
    `metrics: curl -H 'Authorization: Bearer ${running.metricsToken}' ${new URL('/metrics', running.address).href}`,
  );
  if (options.open === true) await Promise.race([openBrowser(cli, client, running.address), interrupted(first)]);
  await interrupted(first);
  await Promise.race([running.close(), interrupted(second)]);
  cli.setExitCode(130);
};

const interrupted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

const readTls = async (client: Client, { tlsCert, tlsKey }: Options): Promise<ServeOptions['tls']> => {
  if (tlsCert === undefined || tlsKey === undefined) return null;
  return { cert: await readPem(client, tlsCert, '--tls-cert'), key: await readPem(client, tlsKey, '--tls-key') };
};

const readPem = async (client: Client, file: string, flag: string): Promise<string> => {
  const text = await (await client.openMachine()).readText(file.startsWith('/') ? file : `${client.cwd}/${file}`);
  if (text === null) throw usage(`there is no file ${file}`, `name a PEM file: ${flag} FILE`);
  return text;
};

/** Whatever opens addresses here; the address is on stdout if nothing does. */
const openBrowser = async (cli: Cli, client: Client, address: string): Promise<void> => {
  const machine = await client.openMachine();
  const path = client.env['PATH'] ?? '/bin:/usr/bin';
  for (const program of ['xdg-open', 'open', 'wslview'])
    if ((await machine.findProgram(program, path)) !== null) {
      if ((await machine.runHere([program, address])) !== 0) break;
      return;
    }
  cli.err('note: no browser could be opened; open the address yourself');
};

const usage = (what: string, hint: string): Problem =>
  new Problem({ what, where: 'wf0-batch serve', hint, code: 'usage' });
