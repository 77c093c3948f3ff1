import { z } from 'zod';

/** US dollars: storage for a GB-month (2^30 bytes), transfer for a GB sent to another Region, restore for a GB from warm storage. */
export type Usage = 'warmStorage' | 'coldStorage' | 'transfer' | 'restore';
const prices = z.strictObject({
  warmStorage: z.number().nonnegative().optional(),
  coldStorage: z.number().nonnegative().optional(),
  transfer: z.number().nonnegative().optional(),
  restore: z.number().nonnegative().optional(),
});

/** AWS publishes its prices and changes them: a list says of when and from where it is. */
export const priceList = z.strictObject({
  /** When somebody last compared it with AWS's pages. */
  asOf: z.iso.date(),
  source: z.string().min(1),
  regions: z.record(z.string(), prices),
});
export type PriceList = z.infer<typeof priceList>;

export function priceOf(list: PriceList, region: string, usage: Usage): number | null {
  return list.regions[region]?.[usage] ?? null;
}
