-- What is Strata's own. Text is compared byte by byte, as SQLite does, whatever the database's collation.
create table strata.commands (
    command_id text collate "C" not null primary key,
    last_position bigint not null,
    -- Numbers of appends that run at the same time are mixed: the first and the count do not tell them.
    positions bigint[] not null,
    recorded_at_ns bigint not null
);
create index commands_recorded_at on strata.commands (recorded_at_ns);

create table strata.blobs (
    hash bytea not null primary key,
    content bytea not null
);

create table strata.guards (
    scope text collate "C" not null,
    key text collate "C" not null,
    value text collate "C" not null,
    primary key (scope, key)
);

create table strata.work_claims (
    work_id bytea not null primary key,
    attempts integer not null,
    owner text collate "C",
    token bigint not null,
    leased_until_ns bigint not null,
    due_at_ns bigint not null,
    settled boolean not null,
    last_reason text
);

create table strata.leases (
    name text collate "C" not null primary key,
    owner text collate "C",
    token bigint not null,
    leased_until_ns bigint not null
);

-- The database's clock, UTC nanoseconds since 1970 in steps of a microsecond.
create function strata.now_ns() returns bigint language sql volatile as $$
    select (extract(epoch from clock_timestamp()) * 1000000)::bigint * 1000
$$;

-- Saturates: a lease of the longest duration lasts for ever and does not lie in the past.
create function strata.after_ns(now_ns bigint, duration_ns bigint) returns bigint language sql immutable as $$
    select case when duration_ns > 9223372036854775807 - now_ns then 9223372036854775807 else now_ns + duration_ns end
$$;
