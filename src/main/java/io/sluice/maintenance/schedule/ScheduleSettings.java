package io.sluice.maintenance.schedule;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// When schedules are looked at.
///
/// @param interval between two looks; zero for never, so that this replica runs none and only notices
///     the schedules of tables that it commits to
@ConfigurationProperties("sluice.schedules")
record ScheduleSettings(@DefaultValue("1m") Duration interval) {}
