/** The secret by which this person's servers sign sessions, so that they survive a restart. */
export interface ServerSecret {
  /** 32 bytes; made when there are none. Throws a Problem where the file is not the person's alone, or cannot be kept. */
  read(): Promise<Uint8Array>;
}
