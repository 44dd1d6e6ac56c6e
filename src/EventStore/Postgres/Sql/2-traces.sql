-- Events remember the trace that brought them. As in version 1 but for event_traces, which comes last and may be left out, so that a process of before the upgrade appends on.
drop function strata.append;

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
    event_traces text[] default null,
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
           headers || case when e.exact is null then '{}' else jsonb_build_object('exactJson', e.exact) end
                   || case when e.trace is null then '{}' else jsonb_build_object('traceparent', e.trace) end
      from unnest(positions, event_ids, event_streams, event_stream_ids, event_steps, event_types, event_dotnet_types, event_data, event_exact, event_traces)
           e (position, id, stream, stream_id, step, type, dotnet_type, data, exact, trace);

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
