/** TCP ports on the loopback address. */
export interface NetworkPorts {
  /** Whether nobody listens on any of `count` ports from `first` on. */
  areFree(first: number, count: number): Promise<boolean>;
}
