-- One append: one call, one round trip, one transaction. What is refused is raised with a code of ours and nothing of it is kept:
-- ST001 version conflict, ST002 guard refused; the detail is JSON.
-- stream_ids: each stream once, sorted bytewise. Whatever refers to a stream does so by its index in them, from 1.
create function strata.append(
    command text,
    test_now_ns bigint,
    written_by text,
    stream_ids text[],
    stream_counts bigint[],
    check_streams int[],
    check_versions bigint[],
    check_before bigint[],
    guard_kinds text[],
    guard_scopes text[],
    guard_keys text[],
    guard_values text[],
    guard_expected text[],
    blob_hashes bytea[],
    blob_contents bytea[],
    event_ids uuid[],
    event_streams int[],
    event_stream_ids text[],
    event_steps bigint[],
    event_types text[],
    event_dotnet_types text[],
    event_data jsonb[],
    event_exact text[],
    out is_known boolean,
    out last_position bigint,
    out positions bigint[],
    out recorded_at_ns bigint) language plpgsql as $$
declare
    bases bigint[];
    headers jsonb;
    recorded_at timestamptz;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise 'read committed only' using errcode = '25001';
    end if;

    -- Callers with one command wait for each other here, so that the second finds what the first did.
    perform pg_advisory_xact_lock(7701, hashtext(command));
    select true, c.last_position, c.positions, c.recorded_at_ns into is_known, last_position, positions, recorded_at_ns
      from strata.commands c where c.command_id = command;
    if found then
        return;
    end if;

    is_known := false;
    perform strata.lock_scopes(guard_kinds, guard_scopes);
    bases := strata.lock_streams(stream_ids, stream_counts, coalesce(test_now_ns, strata.now_ns()));
    perform strata.apply_guards(guard_kinds, guard_scopes, guard_keys, guard_values, guard_expected);
    perform strata.check_versions(bases, check_streams, check_versions, check_before);

    insert into strata.blobs (hash, content)
    select b.hash, b.content from unnest(blob_hashes, blob_contents) b (hash, content) order by b.hash
        on conflict do nothing;

    positions := '{}';
    if cardinality(event_ids) > 0 then
        positions := strata.take(cardinality(event_ids));
    end if;

    select greatest(coalesce(test_now_ns, strata.now_ns()), coalesce(max(c.recorded_at_ns), 0) + 1) into recorded_at_ns from strata.commands c;
    recorded_at := timestamptz 'epoch' + (recorded_at_ns / 1000) * interval '1 microsecond';
    headers := jsonb_build_object('commandId', command, 'recordedAtNs', recorded_at_ns, 'writtenBy', written_by);

    insert into public.mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, headers)
    select e.position, e.id, e.stream_id, bases[e.stream] + e.step, e.data, e.type, recorded_at, e.dotnet_type,
           case when e.exact is null then headers else headers || jsonb_build_object('exactJson', e.exact) end
      from unnest(positions, event_ids, event_streams, event_stream_ids, event_steps, event_types, event_dotnet_types, event_data, event_exact)
           e (position, id, stream, stream_id, step, type, dotnet_type, data, exact);

    update public.mt_streams m set version = s.base + s.count, timestamp = recorded_at
      from unnest(stream_ids, stream_counts, bases) s (id, count, base)
     where m.id = s.id and s.base > 0 and s.count > 0;

    -- Streams that were only checked held their place until here.
    if 0 = any (stream_counts) then
        delete from public.mt_streams m using unnest(stream_ids, stream_counts, bases) s (id, count, base) where m.id = s.id and s.base + s.count = 0;
    end if;

    last_position := positions[cardinality(positions)];
    if last_position is null then
        select coalesce(max(seq_id), 0) into last_position from public.mt_events;
    end if;

    insert into strata.commands (command_id, last_position, positions, recorded_at_ns) values (command, last_position, positions, recorded_at_ns);
end $$;

-- Who wants a scope to be empty is alone with it; those who write rows of it are not in each other's way.
create function strata.lock_scopes(guard_kinds text[], guard_scopes text[]) returns void language plpgsql as $$
declare
    held record;
begin
    for held in
        select hashtext(g.scope) as key, bool_or(g.kind = 'require_empty') as is_sole
          from unnest(guard_kinds, guard_scopes) g (kind, scope)
         where g.kind <> 'require' group by 1 order by 1
    loop
        if held.is_sole then
            perform pg_advisory_xact_lock(7702, held.key);
        else
            perform pg_advisory_xact_lock_shared(7702, held.key);
        end if;
    end loop;
end $$;

-- Makes the streams that are not there and locks the others, each in one order for all, so that appends wait for each other and never in a circle.
-- Returns the version of each before this append.
create function strata.lock_streams(stream_ids text[], stream_counts bigint[], now_ns bigint) returns bigint[] language plpgsql as $$
declare
    fresh text[];
    standing text[];
    bases bigint[];
    made_at timestamptz := timestamptz 'epoch' + (now_ns / 1000) * interval '1 microsecond';
begin
    with made as (
        insert into public.mt_streams (id, version, timestamp, created)
        select s.id, s.count, made_at, made_at from unnest(stream_ids, stream_counts) s (id, count) order by s.id collate "C"
            on conflict do nothing returning id)
    select coalesce(array_agg(id), '{}') into fresh from made;

    if cardinality(fresh) = cardinality(stream_ids) then
        return array_fill(0::bigint, array[cardinality(stream_ids)]);
    end if;

    standing := array(select unnest(stream_ids) except select unnest(fresh));
    select array_agg(x.version order by x.id collate "C") into bases
      from (select id, version from (select m.id, m.version from public.mt_streams m where m.id = any (standing) order by m.id collate "C" for update) locked
            union all select f.id, 0 from unnest(fresh) f (id)) x;
    if cardinality(bases) is distinct from cardinality(stream_ids) then
        raise 'a stream was taken away while it was waited for' using errcode = '40001';
    end if;

    return bases;
end $$;

-- Each sees what those before it did.
create function strata.apply_guards(guard_kinds text[], guard_scopes text[], guard_keys text[], guard_values text[], guard_expected text[])
    returns void language plpgsql as $$
declare
    guard record;
    present text;
    is_refused boolean;
begin
    -- Rows that are there are locked in one order for all; those whose guards only look share them.
    if cardinality(guard_kinds) > 1 then
        for guard in
            select g.scope, g.key, bool_or(g.kind <> 'require') as is_written
              from unnest(guard_kinds, guard_scopes, guard_keys) g (kind, scope, key)
             where g.kind <> 'require_empty' group by 1, 2 order by g.scope collate "C", g.key collate "C"
        loop
            if guard.is_written then
                perform 1 from strata.guards r where r.scope = guard.scope and r.key = guard.key for update;
            else
                perform 1 from strata.guards r where r.scope = guard.scope and r.key = guard.key for share;
            end if;
        end loop;
    end if;

    for guard in
        select * from unnest(guard_kinds, guard_scopes, guard_keys, guard_values, guard_expected)
            with ordinality g (kind, scope, key, value, expected, ordinal) order by ordinal
    loop
        present := null;
        is_refused := false;
        case guard.kind
            when 'require' then
                select r.value into present from strata.guards r where r.scope = guard.scope and r.key = guard.key for share;
                is_refused := present is null or present <> guard.value;
            when 'require_empty' then
                select r.value into present from strata.guards r where r.scope = guard.scope order by r.key limit 1;
                is_refused := present is not null;
            when 'put' then
                insert into strata.guards as r (scope, key, value) values (guard.scope, guard.key, guard.value)
                    on conflict (scope, key) do update set value = excluded.value;
            when 'release' then
                delete from strata.guards r where r.scope = guard.scope and r.key = guard.key;
            when 'claim', 'swap' then
                loop
                    select r.value into present from strata.guards r where r.scope = guard.scope and r.key = guard.key for update;
                    if present is not null then
                        is_refused := present is distinct from guard.expected;
                        if guard.kind = 'claim' then
                            is_refused := present <> guard.value;
                        elsif not is_refused then
                            update strata.guards r set value = guard.value where r.scope = guard.scope and r.key = guard.key;
                        end if;
                        exit;
                    elsif guard.kind = 'swap' and guard.expected is not null then
                        is_refused := true;
                        exit;
                    end if;

                    insert into strata.guards (scope, key, value) values (guard.scope, guard.key, guard.value) on conflict do nothing;
                    -- Not inserted: somebody else made the row meanwhile, and it is looked at again.
                    exit when found;
                end loop;
        end case;

        if coalesce(is_refused, false) then
            raise 'guard refused' using errcode = 'ST002', detail = jsonb_build_object('guard', guard.ordinal - 1, 'found', present)::text;
        end if;
    end loop;
end $$;

create function strata.check_versions(bases bigint[], check_streams int[], check_versions bigint[], check_before bigint[]) returns void language plpgsql as $$
declare
    conflict record;
begin
    -- check_before: what this same append adds to the stream before the place of the check.
    select c.ordinal - 1 as check, bases[c.stream] + c.before as actual into conflict
      from unnest(check_streams, check_versions, check_before) with ordinality c (stream, expected, before, ordinal)
     where c.expected <> bases[c.stream] + c.before order by c.ordinal limit 1;
    if found then
        raise 'version conflict' using errcode = 'ST001', detail = jsonb_build_object('check', conflict.check, 'actual', conflict.actual)::text;
    end if;
end $$;
