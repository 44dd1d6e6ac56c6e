-- Who wants a scope to be empty is alone with it; those who write rows of it are not in each other's way.
create or replace function strata.lock_scopes(guard_kinds text[], guard_scopes text[]) returns void language plpgsql as $$
declare
    held record;
begin
    for held in
        select hashtext(g.scope) as key, bool_or(g.kind = 'require_empty') as is_sole
          from unnest(guard_kinds, guard_scopes) g (kind, scope)
         where g.kind not in ('require', 'require_state') group by 1 order by 1
    loop
        if held.is_sole then
            perform pg_advisory_xact_lock(7702, held.key);
        else
            perform pg_advisory_xact_lock_shared(7702, held.key);
        end if;
    end loop;
end $$;

-- Each sees what those before it did.
create or replace function strata.apply_guards(guard_kinds text[], guard_scopes text[], guard_keys text[], guard_values text[], guard_expected text[])
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
             where g.kind not in ('require_empty', 'require_state') group by 1, 2 order by g.scope collate "C", g.key collate "C"
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
            when 'require_state' then
                select s.state into present from strata.leased_states s where s.name = guard.scope for share;
                is_refused := present is distinct from guard.value;
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
