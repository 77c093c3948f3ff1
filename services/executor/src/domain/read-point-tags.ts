import { pointMetadata, type PointTags as TagsRead } from '@tablekeep/schema/vault-points';
import { decodePointTags, hasMetadata, isOurs, RUN_TAG, sealedText, type Unseal } from './point-tags.ts';

/** What reads sealed tags: the keyring, as far as it goes. */
export type TagReader = Readonly<{ unseal: Unseal; holdsKey: (keyId: string) => boolean }>;

/**
 * The tags of any point, ours or not. Never throws: a point whose tags say nothing that can be used is still there, and
 * whoever reads this must hear why.
 */
export function readPointTags(tags: Readonly<Record<string, string>>, reader: TagReader): TagsRead {
  const userTags = Object.entries(tags).flatMap(([key, value]) => (isOurs(key) ? [] : [{ key, value }]));
  const unread = (because: string, sealedWith: string | null = null): TagsRead => ({
    metadata: null,
    because,
    sealedWith,
    userTags,
  });
  if (tags[RUN_TAG] === undefined) return unread('It carries no tags of Tablekeep: something else made it.');
  if (!hasMetadata(tags)) {
    return unread('Tablekeep made it, but AWS’s limit of 50 tags left no room for what a catalog import needs.');
  }
  const keyId = keyIdOf(sealedText(tags));
  if (keyId !== null && !reader.holdsKey(keyId)) {
    const because = `Its tags are sealed with key ${keyId}, which is not in the keyring: import the escrowed key, then import again.`;
    return unread(because, keyId);
  }
  try {
    const parsed = pointMetadata.safeParse(decodePointTags(tags, reader.unseal));
    if (parsed.success) return { metadata: parsed.data, because: null, sealedWith: null, userTags };
    return unread('Its tags are of a layout that this release does not know.');
  } catch {
    // Whichever of the steps failed, and however: the text is not what was written.
    return unread('Its tags were changed, or moved here from another point: they cannot be unsealed.');
  }
}

/** `k1.<key id>.<text>`, as the keyring writes it. */
function keyIdOf(sealed: string): string | null {
  const [version, id] = sealed.split('.');
  return version === 'k1' && id !== undefined && id !== '' ? id : null;
}
