/** Jest's environment for `native-runtime.mjs`: Node's own globals, put back as they were when a test file ends. */
export default class NativeEnvironment {
  readonly global = globalThis;
  readonly #console = globalThis.console;
  readonly #exit: unknown = Reflect.get(process, 'exit');
  readonly #env = { ...process.env };
  readonly #symbols = new Set(Object.getOwnPropertySymbols(globalThis));

  getVmContext(): null {
    return null;
  }

  async setup(): Promise<void> {}

  async teardown(): Promise<void> {
    globalThis.console = this.#console;
    Reflect.set(process, 'exit', this.#exit);
    for (const name of Object.keys(process.env)) if (!(name in this.#env)) delete process.env[name];
    Object.assign(process.env, this.#env);
    // The test framework's state and OpenTelemetry's providers; names are of packages, which are loaded once and count on them.
    for (const symbol of Object.getOwnPropertySymbols(globalThis)) {
      if (!this.#symbols.has(symbol)) Reflect.deleteProperty(globalThis, symbol);
    }
  }
}
