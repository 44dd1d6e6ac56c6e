-- Marten 8's event tables, exactly as its own schema tool makes them (string streams, metadata columns on, one tenant).
create table public.mt_streams (
    id varchar not null,
    type varchar,
    version bigint,
    timestamp timestamptz default (now()) not null,
    snapshot jsonb,
    snapshot_version integer,
    created timestamptz default (now()) not null,
    tenant_id varchar default '*DEFAULT*',
    is_archived boolean default false,
    constraint pkey_mt_streams_id primary key (id)
);

create table public.mt_events (
    seq_id bigint not null,
    id uuid not null,
    stream_id varchar,
    version bigint not null,
    data jsonb not null,
    type varchar(500) not null,
    -- Text, not a call: Marten's tables bear the moment of their making as this column's default. Every event brings its own time.
    timestamp timestamptz default '(now())' not null,
    tenant_id varchar default '*DEFAULT*',
    mt_dotnet_type varchar,
    correlation_id varchar,
    causation_id varchar,
    headers jsonb,
    user_name varchar,
    is_archived boolean default false,
    constraint pkey_mt_events_seq_id primary key (seq_id),
    constraint fkey_mt_events_stream_id foreign key (stream_id) references public.mt_streams (id) on delete cascade
);
create unique index pk_mt_events_stream_and_version on public.mt_events using btree (stream_id, version);

create sequence public.mt_events_sequence;
alter sequence public.mt_events_sequence owned by public.mt_events.seq_id;

create table public.mt_event_progression (
    name varchar not null,
    last_seq_id bigint,
    last_updated timestamptz default (transaction_timestamp()),
    constraint pk_mt_event_progression primary key (name)
);
