import { AwsError } from './errors.ts';
import { number, text, texts } from './wire/read.ts';
import { defaultRegions, optInRegions } from './regions.ts';
import type { Call, Operations } from './call.ts';
import type { Route } from './backup/operations.ts';

const statuses: readonly { RegionName: string; RegionOptStatus: string }[] = [
  ...defaultRegions.map((RegionName) => ({ RegionName, RegionOptStatus: 'ENABLED_BY_DEFAULT' })),
  ...optInRegions.map((RegionName) => ({ RegionName, RegionOptStatus: 'DISABLED' })),
].sort((a, b) => (a.RegionName < b.RegionName ? -1 : 1));

/** Account Management API, ListRegions: pages of at most 50. */
function listRegions(call: Call): unknown {
  const limit = number(call.input, 'MaxResults') ?? 20;
  if (limit < 1 || limit > 50) throw new AwsError('ValidationException', 'MaxResults must be between 1 and 50');
  const wanted = texts(call.input, 'RegionOptStatusContains');
  const after = text(call.input, 'NextToken');
  const rest = statuses.filter(
    ({ RegionName, RegionOptStatus }) =>
      (wanted === null || wanted.length === 0 || wanted.includes(RegionOptStatus)) &&
      (after === null || RegionName > Buffer.from(after, 'base64').toString()),
  );
  const Regions = rest.slice(0, limit);
  const last = Regions.at(-1);
  return {
    Regions,
    ...(rest.length > limit && last !== undefined && { NextToken: Buffer.from(last.RegionName).toString('base64') }),
  };
}

function regionStatus(call: Call): unknown {
  const name = text(call.input, 'RegionName');
  const status = statuses.find((candidate) => candidate.RegionName === name);
  if (status === undefined) throw new AwsError('ValidationException', `Unknown Region: ${name ?? ''}`);
  return status;
}

export const accountRoutes: readonly Route[] = [
  { name: 'ListRegions', method: 'POST', path: '/listRegions', run: listRegions },
  { name: 'GetRegionOptStatus', method: 'POST', path: '/getRegionOptStatus', run: regionStatus },
];

/** EC2 DescribeRegions: enabled Regions, or all with AllRegions. */
function describeRegions(call: Call): unknown {
  const all = text(call.input, 'AllRegions') === 'true';
  const names = texts(call.input, 'RegionName');
  return {
    regionInfo: statuses
      .filter(
        ({ RegionName, RegionOptStatus }) =>
          (all || RegionOptStatus !== 'DISABLED') && (names === null || names.includes(RegionName)),
      )
      .map(({ RegionName, RegionOptStatus }) => ({
        regionName: RegionName,
        regionEndpoint: `ec2.${RegionName}.amazonaws.com`,
        optInStatus: RegionOptStatus === 'DISABLED' ? 'not-opted-in' : 'opt-in-not-required',
      })),
  };
}

export const ec2Operations: Operations = { DescribeRegions: { run: describeRegions } };
