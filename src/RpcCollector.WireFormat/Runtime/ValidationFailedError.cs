namespace Kaitai;

/// <summary>Input that contradicts the grammar; the message begins with the place in the grammar.</summary>
public class KaitaiStructError(string message, string srcPath) : Exception($"{srcPath}: {message}");

/// <summary>A value that the grammar's <c>valid</c> clause refuses.</summary>
public class ValidationFailedError(string message, KaitaiStream io, string srcPath)
    : KaitaiStructError($"at octet {io.Pos}: {message}", srcPath)
{
    protected static string Show(object value) => value is byte[] octets ? Convert.ToHexString(octets) : $"{value}";
}

/// <summary>A value other than the only one allowed.</summary>
public class ValidationNotEqualError(object expected, object actual, KaitaiStream io, string srcPath)
    : ValidationFailedError($"{Show(actual)} is not {Show(expected)}", io, srcPath);

/// <summary>A value below the least one allowed.</summary>
public class ValidationLessThanError(object min, object actual, KaitaiStream io, string srcPath)
    : ValidationFailedError($"{Show(actual)} is less than {Show(min)}", io, srcPath);

/// <summary>A value above the greatest one allowed.</summary>
public class ValidationGreaterThanError(object max, object actual, KaitaiStream io, string srcPath)
    : ValidationFailedError($"{Show(actual)} is greater than {Show(max)}", io, srcPath);

/// <summary>A value outside the list of those allowed.</summary>
public class ValidationNotAnyOfError(object actual, KaitaiStream io, string srcPath)
    : ValidationFailedError($"{Show(actual)} is none of the values allowed", io, srcPath);

/// <summary>A value that the enumeration does not name.</summary>
public class ValidationNotInEnumError(object actual, KaitaiStream io, string srcPath)
    : ValidationFailedError($"{Show(actual)} is not in the enumeration", io, srcPath);

/// <summary>A value for which the expression of the <c>valid</c> clause is false.</summary>
public class ValidationExprError(object actual, KaitaiStream io, string srcPath)
    : ValidationFailedError($"{Show(actual)} does not match the expression", io, srcPath);

/// <summary>A grammar whose byte order depends on input met a case that names none.</summary>
public class UndecidedEndiannessError() : Exception("the byte order cannot be decided from the input");
