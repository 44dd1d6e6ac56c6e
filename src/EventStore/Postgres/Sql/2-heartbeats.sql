create table strata.heartbeats (
    robot text collate "C" not null primary key,
    sent_at_ns bigint not null,
    received_at_ns bigint not null,
    spooled bigint not null,
    spooled_bytes bigint not null,
    oldest_spooled_at_ns bigint,
    version text
);
