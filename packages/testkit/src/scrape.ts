/** What an admin port tells: the value of each series by its text, without the label that every series of a service has. */
export type Scraped = ReadonlyMap<string, number>;

/** Asks `/metrics` as Prometheus does. @param adminUrl of the service's admin port */
export async function scrape(adminUrl: string | null): Promise<Scraped> {
  if (adminUrl === null) throw new Error('the service has no admin port');
  const response = await fetch(`${adminUrl}/metrics`);
  if (!response.ok) throw new Error(`/metrics answered ${response.status}`);
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      const series = line.slice(0, end).replace(/,?service="[^"]*"/u, '');
      return [series.replace('{}', ''), Number(line.slice(end + 1))];
    }),
  );
}

/** The series of one metric, by their labels' text. */
export function seriesOf(scraped: Scraped, name: string): Record<string, number> {
  return Object.fromEntries(
    [...scraped]
      .filter(([series]) => series === name || series.startsWith(`${name}{`))
      .map(([series, value]) => [series.slice(name.length), value]),
  );
}
