-- Readers never see a position before a smaller one, and a rolled-back number stalls nobody.
-- An appender locks the key L = last number handed out before it draws, so its numbers are above L. A reader notes the highest number first and looks at the locks second:
-- an appender whose lock it sees bounds it to L; one whose lock it does not see has ended, and its rows are in the reader's next snapshot, or will draw above the noted number.

-- Called when every stream is locked and every guard is read, just before the inserts.
create function strata.take(n int) returns bigint[] language plpgsql as $$
begin
    -- Visible means durable.
    perform set_config('synchronous_commit', 'on', true);
    perform pg_advisory_xact_lock_shared((7700::bigint << 48) + last_value - (not is_called)::int) from public.mt_events_sequence;
    return array(select nextval('public.mt_events_sequence') from generate_series(1, n));
end $$;

-- Everything up to here is final for a statement that begins after this one.
create function strata.settled() returns bigint language plpgsql volatile as $$
declare
    high bigint;
    low bigint;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise 'read committed only' using errcode = '25001';
    end if;
    select last_value - (not is_called)::int into high from public.mt_events_sequence;
    select min(((classid::bigint & 65535) << 32) | objid::bigint) into low
      from pg_locks
     where locktype = 'advisory' and objsubid = 1 and (classid::bigint >> 16) = 7700
       and database = (select oid from pg_database where datname = current_database());
    return least(high, low);
end $$;
