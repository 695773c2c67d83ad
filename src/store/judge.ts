/** A replica that may say of others that they are dead, and how often its own lease had run out when that was asked. */
export type Judge = { readonly holder: string; readonly lapses: number }

/**
 * The moment at which replica $2 judges others, as the rows `judge`: none where its own lease has run out, or did so and was
 * renewed since it was at $3 lapses. What cut it off may have cut off the others too, and they get as long to come back
 * as it had: only the database can tell, since a statement may wait for a connection for as long as an outage lasts. None
 * either in the first lease, $1, after the database's own start, when nobody could renew.
 */
export const JUDGE = `judge as materialized (
  select moment.now from (select clock_timestamp() as now offset 0) moment, replica r
  where r.holder = $2::bigint and r.lapses = $3::int and r.expires_at > moment.now
    and pg_postmaster_start_time() < moment.now - make_interval(secs => $1::float8)
)`

/** What stands for $1 to $3. @param leaseSeconds nobody is judged for so long after the database's own start */
export function judging(leaseSeconds: number, { holder, lapses }: Judge): [number, string, number] {
  return [leaseSeconds, holder, lapses]
}
