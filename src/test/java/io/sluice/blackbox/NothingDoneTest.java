package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests that are refused for what is around their rows: nothing of them has been done.
class NothingDoneTest {

    private final RunningSluice sluice = RunningSluice.shared();
    private final Table table = table();

    private Table table() {
        Table made = Table.of(sluice, "id long");
        made.append("[{\"id\":1},{\"id\":2}]");
        made.append("[{\"id\":3}]");
        return made;
    }

    private void requireUntouched() {
        assertThat(table.version()).isEqualTo(2);
        assertThat(table.count()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | /rows | [{\"id\":4}]",
                "POST | /rows?mode=overwrite | [{\"id\":4}]",
                "POST | /upsert?key=id | [{\"id\":4}]",
                "POST | /merge | {\"source\":{\"rows\":[{\"id\":4}]},\"on\":\"target.id = source.id\",\"whenNotMatched\":[{\"insert\":\"all\"}]}",
                "PATCH | /rows | {\"where\":\"true\",\"set\":{\"id\":9}}",
                "PATCH | '' | {\"changes\":[{\"op\":\"add-column\",\"name\":\"n\",\"type\":\"long\"}]}",
                "POST | /restore | {\"version\":1}",
                "POST | /optimize | {}",
                "DELETE | /rows?where=true | {}"
            })
    void an_answer_that_its_reader_would_not_take(String method, String what, String body) {
        for (String accept : List.of("text/csv", "application/vnd.apache.arrow.stream", "application/json;q=0")) {
            sluice.call(method, table.path() + what)
                    .json(body)
                    .accept(accept)
                    .send()
                    .expectProblem(406, "not-acceptable");
        }
        requireUntouched();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mode=overwrite&replaceWhere=", "mode=", "partition=", "onBadRow", "mergeSchema="})
    void a_parameter_without_a_value(String query) {
        sluice.post(table.path() + "/rows?" + query).json("[{\"id\":4}]").send().expectProblem(400, "bad-parameter");
        requireUntouched();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"/restore | {\"version\":1.9}", "/optimize | {\"targetFileBytes\":2000.7}"})
    void a_fraction_where_a_whole_number_is_wanted(String what, String body) {
        sluice.post(table.path() + what).json(body).send().expectProblem(400, "malformed-body");
        requireUntouched();
    }
}
