import type { Documents } from './documents.ts';

/** Documents of one kind, held in memory by scope (`account/region`, or `account` alone) and written through on `put`. */
export class Collection<T extends object> {
  readonly #documents: Documents;
  readonly #kind: string;
  readonly #scopes = new Map<string, Map<string, T>>();

  constructor(documents: Documents, kind: string) {
    this.#documents = documents;
    this.#kind = kind;
    for (const { scope, id, document } of documents.load(kind)) this.#of(scope).set(id, document as T);
  }

  get(scope: string, id: string): T | null {
    return this.#scopes.get(scope)?.get(id) ?? null;
  }

  /** Also to be called after changing a document in place: only then is the change kept. */
  put(scope: string, id: string, document: T): T {
    this.#of(scope).set(id, document);
    this.#documents.change(this.#kind, scope, id, document);
    return document;
  }

  delete(scope: string, id: string): void {
    if (this.#scopes.get(scope)?.delete(id) === true) this.#documents.change(this.#kind, scope, id, null);
  }

  list(scope: string): T[] {
    return [...(this.#scopes.get(scope)?.values() ?? [])];
  }

  *all(): Generator<[scope: string, id: string, document: T]> {
    for (const [scope, documents] of this.#scopes) {
      for (const [id, document] of documents) yield [scope, id, document];
    }
  }

  count(scope: string): number {
    return this.#scopes.get(scope)?.size ?? 0;
  }

  #of(scope: string): Map<string, T> {
    const existing = this.#scopes.get(scope);
    if (existing !== undefined) return existing;
    const created = new Map<string, T>();
    this.#scopes.set(scope, created);
    return created;
  }
}
